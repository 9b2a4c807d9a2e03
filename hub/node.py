"""This machine's workers: one Celery process per device, started again when it dies, all ended together."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings

from evaluation.models import Device
from evaluation.worker.service import DEVICE_VARIABLE, NODE_VARIABLE
from hub.supervisor.family import end_with_parent

LOOK_SECONDS = 0.3
GRACE_SECONDS = 6.0
LONG_LIFE_SECONDS = 60.0
LONGEST_PAUSE_SECONDS = 30.0
CALM = ("--without-gossip", "--without-mingle", "--without-heartbeat")

Say = Callable[[str], None]


@dataclass
class WorkerProcess:
    """The worker of one device."""

    node: str
    device: str
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    not_before: float = 0.0
    failures: int = 0

    def start(self) -> None:
        """Start it in a session of its own: Ctrl-C reaches only us, and we end it in order."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "hub.celery", "worker", *self._options()],
            env={**os.environ, NODE_VARIABLE: self.node, DEVICE_VARIABLE: self.device},
            cwd=settings.BASE_DIR,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=end_with_parent,
        )
        self.started = time.monotonic()

    def _options(self) -> list[str]:
        # No -Q: the worker adds its device's queues itself, however it was started.
        name = f"{self.device.replace(':', '-')}@{self.node}"
        return ["--pool", "threads", "-c", "1", "-n", name, "-l", "INFO", *CALM]

    def look(self) -> str:
        """Notice that it died, or start it when it is due; returns what happened, in words."""
        if self.process is None:
            if time.monotonic() >= self.not_before:
                self.start()
            return ""
        status = self.process.poll()
        if status is None:
            return ""
        self.process = None
        self.failures = 0 if time.monotonic() - self.started > LONG_LIFE_SECONDS else self.failures + 1
        pause = min(LONGEST_PAUSE_SECONDS, 0.5 * 2**self.failures)
        self.not_before = time.monotonic() + pause
        how = f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
        return f"The worker of {self.device} {how}; it starts again in {pause:.0f} s."

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, if it lives."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(number)


class Workers:
    """All workers of this node."""

    def __init__(self, devices: Iterable[Device], say: Say) -> None:
        self.processes = [WorkerProcess(device.node.name, device.name) for device in devices]
        self.say = say
        self.ending = False

    def run(self, background: Callable[[], None]) -> None:
        """Until SIGTERM or SIGINT; ``background`` is called at every look."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._end)
        try:
            while not self.ending:
                for process in self.processes:
                    if said := process.look():
                        self.say(said)
                background()
                time.sleep(LOOK_SECONDS)
        finally:
            self.stop()

    def stop(self) -> None:
        """Ask every worker to end: it gives its run back first. Kill what is left after the grace."""
        for process in self.processes:
            process.signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        for process in self.processes:
            if process.process is not None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.process.wait(timeout=max(0.05, deadline - time.monotonic()))
        for process in self.processes:
            process.signal(signal.SIGKILL)

    def _end(self, number: int, frame: object) -> None:
        self.ending = True
