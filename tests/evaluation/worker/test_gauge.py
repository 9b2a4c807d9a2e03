"""What a worker reads of its device: a processor by its processes, a GPU by NVML, and nothing where nothing tells."""

import os
import signal
import subprocess
import sys
import threading
import types
from typing import Any

import pytest

from evaluation.models import Device
from evaluation.worker import gauge
from evaluation.worker.gauge import Gauge, Processes, Use, find_card, meter

BUSY = "import time\nblock = bytearray(64 * 2**20)\nfor place in range(0, len(block), 4096): block[place] = 1\n"


class NVMLError(Exception):
    """As pynvml names it."""


@pytest.fixture
def nvml(monkeypatch):
    """A stand-in for pynvml with two cards; the first tells no load."""
    cards = {"GPU-aaa": (3 * 2**30, None), "GPU-bbb": (5 * 2**30, 60)}
    module: Any = types.ModuleType("pynvml")

    def by_uuid(uuid):
        if uuid not in cards:
            raise NVMLError("Not Found")
        return uuid

    def rates(handle):
        if cards[handle][1] is None:
            raise NVMLError("Not Supported")
        return types.SimpleNamespace(gpu=cards[handle][1])

    module.NVMLError = NVMLError
    module.nvmlInit = lambda: None
    module.nvmlDeviceGetCount = lambda: len(cards)
    module.nvmlDeviceGetHandleByIndex = lambda index: sorted(cards)[index]
    module.nvmlDeviceGetHandleByUUID = by_uuid
    module.nvmlDeviceGetMemoryInfo = lambda handle: types.SimpleNamespace(used=cards[handle][0])
    module.nvmlDeviceGetUtilizationRates = rates
    monkeypatch.setitem(sys.modules, "pynvml", module)
    module.cards = cards
    return module


def test_a_gpu_is_read_by_its_uuid_with_torchs_way_of_writing_it(nvml):
    assert find_card("bbb").read() == Use(5 * 2**30, 0.6)
    assert find_card("GPU-bbb").read() == Use(5 * 2**30, 0.6)


def test_what_a_driver_does_not_tell_is_not_known(nvml):
    assert find_card("aaa").read() == Use(3 * 2**30, None)


def test_without_a_uuid_only_the_only_card_is_taken(nvml):
    assert find_card("") is None
    del nvml.cards["GPU-aaa"]
    assert find_card("").read() == Use(5 * 2**30, 0.6)


def test_a_card_that_the_driver_does_not_know_is_not_read(nvml):
    assert find_card("ccc") is None
    assert meter(Device(kind="cuda", uuid="ccc"), lambda: None)() == Use(None, None)


def test_without_the_driver_or_its_library_nothing_is_known(monkeypatch):
    assert find_card("aaa") is None  # the real library, on a machine without the driver
    monkeypatch.setitem(sys.modules, "pynvml", None)
    assert find_card("aaa") is None


def test_a_processor_is_read_by_the_processes_of_its_runner():
    child = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {BUSY + 'while True: pass'!r}]).wait()"
    process = subprocess.Popen([sys.executable, "-c", child], start_new_session=True)
    try:
        meter = Processes(lambda: process.pid)
        ready = threading.Event()
        for _look in range(100):
            use = meter.read()
            if use.memory > 70 * 2**20 and use.load > 0:
                break
            ready.wait(0.1)
        assert use.memory > 70 * 2**20
        assert 0 < use.load <= 1
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
    assert Processes(lambda: process.pid).read().memory == 0


def test_without_a_runner_nothing_is_in_use():
    assert Processes(lambda: None).read() == Use(0, 0.0)


def test_a_reading_that_fails_is_followed_by_the_next_and_an_old_one_is_not_told(monkeypatch):
    read, enough = [], threading.Event()

    def reading():
        read.append(1)
        if len(read) == 1:
            raise RuntimeError("nobody thought of this")
        enough.set()
        return Use(7, 0.5)

    monkeypatch.setattr(gauge, "meter", lambda device, runner: reading)
    running = Gauge(Device(kind="cpu"), 0.01, lambda: None)
    assert running.latest() is None
    running.start()
    assert enough.wait(10)
    running.stop()
    running.join(10)
    assert not running.is_alive()
    running.pause = 60
    assert running.latest() == Use(7, 0.5)
    running.pause = 0
    assert running.latest() is None
