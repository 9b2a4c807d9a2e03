"""The two ends of the wire: commands in, events out, on descriptors of their own."""

from __future__ import annotations

import ctypes
import os
import queue
import signal
import sys
import threading
import time
from contextlib import suppress
from typing import IO, NoReturn

from evaluation.core.protocol import (
    CancelCommand,
    KeepCommand,
    Message,
    ProtocolError,
    QuitCommand,
    RunCommand,
    Warned,
    decode,
    encode,
)

PR_SET_PDEATHSIG = 1
WATCH_SECONDS = 1.0


class Events:
    """Writes events, one line each, from any thread."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def __call__(self, message: Message) -> None:
        with self._lock:
            try:
                self._stream.write(encode(message))
                self._stream.flush()
            except BrokenPipeError:
                die()


class Commands:
    """Reads commands on a thread of its own, so that cancel and the end of input are heard in mid-batch."""

    def __init__(self, stream: IO[str], emit: Events) -> None:
        self._stream = stream
        self._emit = emit
        self._runs: queue.Queue[RunCommand | QuitCommand] = queue.Queue()
        self._cancelled: set[tuple[str, str]] = set()
        self.quitting = False
        self._heard = time.monotonic()
        self._lease = 0.0

    def listen(self) -> None:
        """Start reading. When the input ends, so does the process, at once."""
        threading.Thread(target=self._read, name="commands", daemon=True).start()
        threading.Thread(target=self._watch, name="lease", daemon=True).start()

    def hold(self, lease_seconds: float) -> None:
        """From now on end this process when nothing is heard for so long; 0: however long that is.

        A worker that is stopped or cut off from the database sends nothing, and its run is another's by then.
        """
        self._lease = lease_seconds

    def quit(self) -> None:
        """End between two batches, as after a ``quit`` command."""
        self.quitting = True
        self._runs.put(QuitCommand())

    def next(self, timeout: float) -> RunCommand | QuitCommand | None:
        """The next run or quit, or None when none came in ``timeout`` seconds."""
        try:
            return self._runs.get(timeout=timeout)
        except queue.Empty:
            return None

    def stopped(self, run: str, cell: str) -> bool:
        """Whether the run (or this cell of it) was cancelled, or the process was told to quit."""
        return self.quitting or (run, "") in self._cancelled or (bool(cell) and (run, cell) in self._cancelled)

    def forget(self, run: str) -> None:
        """The run is over: a later one of the same name starts afresh."""
        self._cancelled = {asked for asked in self._cancelled if asked[0] != run}

    def _read(self) -> None:
        try:
            for line in self._stream:
                self._heard = time.monotonic()
                self._take(line)
        finally:
            die()

    def _watch(self) -> None:
        while True:
            time.sleep(WATCH_SECONDS)
            if self._overdue():
                time.sleep(WATCH_SECONDS)  # what was sent while this process stood still is read first
                if self._overdue():
                    print("No word of a worker for as long as its lease: this run is another's.", file=sys.stderr)
                    die()

    def _overdue(self) -> bool:
        return 0 < self._lease < time.monotonic() - self._heard

    def _take(self, line: str) -> None:
        try:
            message = decode(line)
        except ProtocolError as error:
            self._emit(Warned("", f"Command not understood: {error}"))
            return
        if isinstance(message, KeepCommand):
            return
        if isinstance(message, CancelCommand):
            self._cancelled = {*self._cancelled, (message.run, message.cell)}
        elif isinstance(message, (RunCommand, QuitCommand)):
            self.quitting = self.quitting or isinstance(message, QuitCommand)
            self._runs.put(message)
        else:
            self._emit(Warned("", f"Command not understood: {message.kind} is an event."))


def die() -> NoReturn:
    """End this process now, in mid-batch too, and whatever it started, when the process group is its own."""
    if os.getpgid(0) == os.getpid():
        with suppress(OSError):
            os.killpg(0, signal.SIGKILL)
    os._exit(1)


def die_with_parent() -> None:
    """Ask the kernel to kill this process when the thread that started it ends; Linux only, a second belt."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def private_stdout() -> int:
    """Let everything that prints go to standard error, and give a descriptor of the real standard output."""
    sys.stdout.flush()
    real = os.dup(1)
    os.dup2(2, 1)
    return real


def private_stdin() -> int:
    """Let everything that reads find an empty standard input, and give a descriptor of the real one."""
    real = os.dup(0)
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.close(empty)
    return real
