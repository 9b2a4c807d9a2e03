"""What the figures were measured on."""

from __future__ import annotations

import platform
import time
from pathlib import Path

import psutil


def description() -> str:
    """Processor, cores, memory and Python in one line."""
    gigabytes = psutil.virtual_memory().total / 2**30
    return f"{_processor()}, {psutil.cpu_count()} cores, {gigabytes:.0f} GB, Python {platform.python_version()}"


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    lines = information.read_text().splitlines() if information.is_file() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def pace() -> str:
    """How quick Python is here and now, so that figures of a busy machine can be told from those of a calm one."""
    times = []
    for _time in range(10):
        started, cpu, total = time.perf_counter(), time.process_time(), 0
        for number in range(1_000_000):
            total += number
        times.append((time.perf_counter() - started, time.process_time() - cpu))
    elapsed, processor = (sorted(column)[5] * 1000 for column in zip(*times, strict=True))
    return f"a million additions take {elapsed:.0f} ms, of the processor {processor:.0f} ms"
