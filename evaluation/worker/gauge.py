"""How much of its device a worker's runner uses: memory and load, read now and then on a thread of its own.

A driver that hangs hangs this thread and not the heartbeat, on which the lease depends. Of a GPU they are what NVML
tells of the whole card (``nvidia-ml-py``, where there is one); of a processor those of the runner and what it started.
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib import import_module
from typing import Any

import psutil

from evaluation.core.placement import PROCESSOR
from evaluation.models import Device

logger = logging.getLogger(__name__)

STALE = 3.0
"""Readings that are older than so many pauses are not told: whoever takes them stands still."""


@dataclass(frozen=True)
class Use:
    """``memory`` in bytes, ``load`` in 0..1; None where nothing tells them."""

    memory: int | None = None
    load: float | None = None

    def told(self) -> dict[str, Any]:
        """As the device's row keeps it."""
        return asdict(self)


class Gauge(threading.Thread):
    """Reads every ``pause`` seconds until ``stop``. ``runner`` gives the number of the runner's process, or None."""

    def __init__(self, device: Device, pause: float, runner: Callable[[], int | None]) -> None:
        super().__init__(name="gauge", daemon=True)
        self.pause = pause
        self._device = device
        self._runner = runner
        self._latest: tuple[float, Use] | None = None
        self._end = threading.Event()

    def run(self) -> None:
        """Read again and again; what one reading trips over, the next may find."""
        read = meter(self._device, self._runner)
        while not self._end.is_set():
            try:
                self._latest = (time.monotonic(), read())
            except Exception:
                logger.exception("gauge")
            self._end.wait(self.pause)

    def stop(self) -> None:
        """No reading after the one in hand."""
        self._end.set()

    def latest(self) -> Use | None:
        """The last reading; None where there is none that is fresh."""
        at, use = self._latest or (0.0, None)
        return use if time.monotonic() - at < STALE * self.pause else None


def meter(device: Device, runner: Callable[[], int | None]) -> Callable[[], Use]:
    """What reads the use of ``device``. Of a GPU whose driver says nothing, nothing is known."""
    if device.kind == PROCESSOR:
        return Processes(runner).read
    card = find_card(device.uuid)
    return card.read if card else Use


class Processes:
    """A process and all that it started: memory that they hold, and their share of the processor since last read."""

    def __init__(self, runner: Callable[[], int | None]) -> None:
        self._runner = runner
        self._cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self._spent: dict[int, float] = {}
        self._at = time.monotonic()

    def read(self) -> Use:
        """Nothing is in use while there is no runner."""
        memory, spent = 0, {}
        for process in family(self._runner()):
            with contextlib.suppress(psutil.Error), process.oneshot():
                times = process.cpu_times()
                spent[process.pid] = times.user + times.system
                memory += process.memory_info().rss
        before, now = self._at, time.monotonic()
        # A process that is new has spent all its time since; one that ended takes its last moments with it.
        seconds = sum(max(0.0, time - self._spent.get(pid, 0.0)) for pid, time in spent.items())
        self._spent, self._at = spent, now
        return Use(memory, round(min(1.0, seconds / max(now - before, 1e-3) / self._cores), 3))


def family(pid: int | None) -> Iterator[psutil.Process]:
    """A process with its descendants; nothing when it is gone."""
    if pid is None:
        return
    with contextlib.suppress(psutil.Error):
        first = psutil.Process(pid)
        yield from (first, *first.children(recursive=True))


class Card:
    """A GPU as NVML sees it, whoever uses it."""

    def __init__(self, nvml: Any, handle: Any) -> None:
        self._nvml = nvml
        self._handle = handle

    def read(self) -> Use:
        """What the driver does not tell is None: a GPU that shares the processor's memory has none of its own."""
        memory = load = None
        with contextlib.suppress(self._nvml.NVMLError):
            memory = int(self._nvml.nvmlDeviceGetMemoryInfo(self._handle).used)
        with contextlib.suppress(self._nvml.NVMLError):
            load = self._nvml.nvmlDeviceGetUtilizationRates(self._handle).gpu / 100
        return Use(memory, load)


def find_card(uuid: str) -> Card | None:
    """The GPU with this UUID; without one the only GPU. None where ``nvidia-ml-py`` or its driver is missing.

    A number would not do: NVML counts GPUs by their slots, CUDA by their speed and by ``CUDA_VISIBLE_DEVICES``.
    """
    try:
        nvml = import_module("pynvml")
    except ImportError:
        return None
    try:
        nvml.nvmlInit()
        if uuid:
            name = uuid if uuid.startswith(("GPU-", "MIG-")) else f"GPU-{uuid}"
            return Card(nvml, nvml.nvmlDeviceGetHandleByUUID(name))
        return Card(nvml, nvml.nvmlDeviceGetHandleByIndex(0)) if nvml.nvmlDeviceGetCount() == 1 else None
    except nvml.NVMLError as error:
        logger.warning("the driver tells nothing of the GPU %s: %s", uuid, error)
        return None
