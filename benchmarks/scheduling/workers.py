"""Our own Celery workers, as ``manage.py node`` starts them, with a fake runner behind each."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
from django.conf import settings

from benchmarks.place import ROOT
from evaluation.models import Device
from hub.node import CALM, GRACE_SECONDS

PATIENCE = 240.0
LOOK = 0.02


def until(condition: Callable[[], Any], what: str, seconds: float = PATIENCE, look: float = LOOK) -> Any:
    """The first true value of ``condition``; RuntimeError after so many seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(look)
    raise RuntimeError(f"Not within {seconds:.0f} s: {what}.")


@contextlib.contextmanager
def workers(devices: list[Device], documents: int, pace: float) -> Iterator[list[psutil.Process]]:
    """One for each device until the end of the block; a cell has so many documents of ``pace`` seconds."""
    manners = {"FAKE_DOCUMENTS": str(documents), "FAKE_PACE": str(pace)}
    processes = [_start(device, manners) for device in devices]
    try:
        wanted = [device.pk for device in devices]
        until(lambda: Device.objects.live().filter(pk__in=wanted).count() == len(wanted), "the workers live")
        yield [psutil.Process(process.pid) for process in processes]
    finally:
        _end(processes)
        Device.objects.filter(pk__in=[device.pk for device in devices]).update(seen_at=None)


def _start(device: Device, manners: dict[str, str]) -> subprocess.Popen[bytes]:
    own = {"ARBORETUM_NODE": device.node.name, "ARBORETUM_DEVICE": device.name}
    options = ["--pool", "threads", "-c", "1", "-n", f"{device.name}@{device.node.name}", "-l", "WARNING", *CALM]
    with (Path(settings.HUB_DATA_DIR) / f"{device.node.name}.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "hub.celery", "worker", *options],
            cwd=ROOT,
            env={**os.environ, **manners, **own},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )


def _end(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + GRACE_SECONDS
    for process in processes:
        try:
            process.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def processor(process: psutil.Process) -> float:
    """Seconds of the processor that a process has had, its children left out."""
    times = process.cpu_times()
    return float(times.user + times.system)


class Trace:
    """When fake runners were told to score which run, by the clock that all processes of this machine share."""

    def __init__(self) -> None:
        self.file = Path(os.environ["FAKE_TRACE"])
        self.began: dict[int, float] = {}
        self._read = 0

    def start_of(self, run: int) -> float | None:
        """When a runner heard of its first attempt; None while none has."""
        if run not in self.began:
            self._look()
        return self.began.get(run)

    def _look(self) -> None:
        if not self.file.exists():
            return
        with self.file.open() as lines:
            lines.seek(self._read)
            for line in iter(lines.readline, ""):
                if not line.endswith("\n"):
                    return
                self._read = lines.tell()
                words = line.split()
                if words[1] == "run":
                    self.began.setdefault(int(words[2].partition(".")[0]), float(words[-1]))
