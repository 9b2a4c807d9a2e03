"""A runner as a child process: commands into its standard input, events out of a descriptor of its own."""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import re
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import IO

from django.conf import settings

from evaluation.core.protocol import Message, ProtocolError, RunCommand, decode, encode

logger = logging.getLogger(__name__)

TAIL_LINES = 200
LONGEST_LINE = 2000
LONGEST_EVENT = 64 * 2**20
LOG_CHARACTERS = 2_000_000
# Colours and cursor moves that libraries print for a terminal (ECMA-48 control sequences).
TERMINAL_CODES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")


class RunnerGone(Exception):  # noqa: N818
    """The runner ended, or its input is closed; the text says how it went."""


class RunnerLog:
    """What a runner printed, its end kept. Written by one thread, read by others."""

    def __init__(self) -> None:
        self._lines: deque[str] = deque()
        self._size = 0
        self._lock = threading.Lock()

    def add(self, line: str) -> None:
        """Append a line; the oldest go when all are more than ``LOG_CHARACTERS``."""
        line = hidden(TERMINAL_CODES.sub("", line.rstrip("\n").replace("\x00", "")))[:LONGEST_LINE]
        with self._lock:
            self._lines.append(line)
            self._size += len(line) + 1
            while self._size > LOG_CHARACTERS:
                self._size -= len(self._lines.popleft()) + 1

    def text(self) -> str:
        """All that is kept."""
        with self._lock:
            return "\n".join(self._lines)

    def tail(self) -> str:
        """The last ``TAIL_LINES`` lines."""
        with self._lock:
            return "\n".join(list(self._lines)[-TAIL_LINES:])

    def clear(self) -> None:
        """Forget everything, for the next run."""
        with self._lock:
            self._lines.clear()
            self._size = 0


def hidden(line: str) -> str:
    """A line without the tokens of the hub that this machine has: libraries may print what they were given."""
    for name in HUB_TOKENS:
        if token := os.environ.get(name, "").strip():
            line = line.replace(token, "(token)")
    return line


def runner_command() -> list[str]:
    """``RUNNER_COMMAND``, or this Python's ``-m evaluation.runner``."""
    return shlex.split(settings.RUNNER_COMMAND) or [sys.executable, "-m", "evaluation.runner"]


HUB_TOKENS = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")
SECRETS = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "HUB_NODE_TOKEN")


def without_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """What the runner gets of it: it needs neither database nor queue, and may run code that others wrote."""
    return {name: value for name, value in environment.items() if name not in SECRETS}


def downloads() -> dict[str, str]:
    """What tells the runner's libraries whether they may fetch anything."""
    offline = "0" if settings.HUB_ALLOW_DOWNLOADS else "1"
    return {"HF_HUB_OFFLINE": offline, "HF_DATASETS_OFFLINE": offline}


def runner_environment() -> dict[str, str]:
    """The environment of a runner. A token of the hub is in it only where the runner may fetch anything."""
    found = {**without_secrets(os.environ), **downloads()}
    return found if settings.HUB_ALLOW_DOWNLOADS else {name: found[name] for name in found if name not in HUB_TOKENS}


class RunnerProcess:
    """A running runner, in a session and process group of its own, so that it can be ended with all it started."""

    def __init__(self) -> None:
        self.log = RunnerLog()
        self._events: queue.Queue[Message | None] = queue.Queue()
        reading, writing = os.pipe()
        try:
            self._process = subprocess.Popen(
                [*runner_command(), "--events-fd", str(writing)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=[writing],
                start_new_session=True,
                cwd=settings.BASE_DIR,
                env=runner_environment(),
                text=True,
                encoding="utf-8",
                errors="replace",
            )
        except OSError as error:
            os.close(reading)
            raise RunnerGone(f"The runner could not be started: {error}.") from error
        finally:
            os.close(writing)
        self._sending = threading.Lock()
        self._told = time.monotonic()
        self._silence = 0.0
        self._readers: list[threading.Thread] = []
        self._start(self._read_events, os.fdopen(reading, encoding="utf-8", errors="replace"))
        assert self._process.stderr is not None
        self._start(self._read_log, self._process.stderr)

    @property
    def pid(self) -> int:
        """The process number, which is also its group's."""
        return self._process.pid

    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def send(self, command: Message) -> None:
        """Write a command. Raises ``RunnerGone`` when nobody reads it any more."""
        assert self._process.stdin is not None
        self._silence = 0.0 if isinstance(command, RunCommand) else self.silence
        self._told = time.monotonic()
        try:
            with self._sending:
                self._process.stdin.write(encode(command))
                self._process.stdin.flush()
        except (OSError, ValueError) as error:
            raise RunnerGone(self.how_it_ended()) from error

    @property
    def silence(self) -> float:
        """The longest time, in seconds, that it has heard nothing from here since its last run began."""
        return max(self._silence, time.monotonic() - self._told)

    def next_event(self, timeout: float) -> Message | None:
        """The next event, or ``None`` when none came in ``timeout`` seconds. Raises ``RunnerGone`` at the end."""
        try:
            event = self._events.get(timeout=max(timeout, 0.01))
        except queue.Empty:
            return None
        if event is None:
            self._events.put(None)
            raise RunnerGone(self.how_it_ended())
        return event

    def how_it_ended(self) -> str:
        """A sentence: exit status, or the signal that killed it."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=3)
        code = self._process.returncode
        if code is None:
            return "The runner closed its events but goes on."
        if code >= 0:
            return f"The runner ended by itself with status {code}."
        hint = ", as the system does when memory runs out" if code == -signal.SIGKILL else ""
        return f"The runner was killed by signal {-code}{hint}."

    def kill(self) -> None:
        """End the whole process group, now. Stopped processes too."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=10)
        if self._process.stdin:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        # A reader that still waits in a pipe holds up the end of this process for seconds.
        for reader in self._readers:
            reader.join(timeout=2)

    def _start(self, target: Callable[[IO[str]], None], stream: IO[str]) -> None:
        reader = threading.Thread(target=target, args=[stream], daemon=True, name="runner-reader")
        reader.start()
        self._readers.append(reader)

    def _read_events(self, stream: IO[str]) -> None:
        """One event a line; what is not one goes into the log."""
        with stream:
            while line := stream.readline(LONGEST_EVENT):
                try:
                    self._events.put(decode(line))
                except ProtocolError as error:
                    self.log.add(f"[worker] not an event: {error}")
        self._events.put(None)

    def _read_log(self, stream: IO[str]) -> None:
        with stream:
            while line := stream.readline(LONGEST_LINE):
                self.log.add(line)
