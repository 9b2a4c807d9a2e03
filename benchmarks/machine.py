"""What the figures were measured on."""

from __future__ import annotations

import platform
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
