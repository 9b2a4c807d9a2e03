"""What this machine can run: versions and devices, without loading torch unless there is a GPU to ask for."""

from __future__ import annotations

import os
import platform
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PACKAGES = ("torch", "transformers", "lm_eval", "arboretum")
MAY_BE_THERE = ("vllm",)
GPU_FILES = ("/dev/nvidiactl", "/dev/kfd")


def describe() -> dict[str, Any]:
    """``versions`` and ``devices`` of this machine."""
    return {"versions": versions(), "devices": devices()}


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that decide a score; "" for one that is not installed.

    Of those that only some nodes have, the ones that are here: a run may ask for a node that has them.
    """
    found = {"python": platform.python_version(), **{package: _version(package) for package in PACKAGES}}
    return found | {package: there for package in MAY_BE_THERE if (there := _version(package))}


def devices() -> list[dict[str, Any]]:
    """Each GPU (where there is one) and the processor: torch's name, kind, description, memory in bytes."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    processor = {"name": "cpu", "kind": "cpu", "description": _processor(), "memory": min(memory, _container_limit())}
    return [*_gpus(), processor]


def _gpus() -> list[dict[str, Any]]:
    if not any(Path(file).exists() for file in GPU_FILES):
        return []
    import torch

    found = range(torch.cuda.device_count()) if torch.cuda.is_available() else range(0)
    return [
        {
            "name": f"cuda:{index}",
            "kind": "cuda",
            "description": torch.cuda.get_device_name(index),
            "memory": torch.cuda.get_device_properties(index).total_memory,
            "uuid": str(getattr(torch.cuda.get_device_properties(index), "uuid", "")),
        }
        for index in found
    ]


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return f"{names[0] if names else platform.machine()}, {cores} cores"


def _container_limit() -> int:
    """Memory limit of the control group, where one is set."""
    try:
        return int(Path("/sys/fs/cgroup/memory.max").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return 1 << 62


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return _own_version() if package == "arboretum" else ""


def _own_version() -> str:
    """The version that pyproject.toml says, for a checkout that is not installed."""
    file = Path(__file__).parents[2] / "pyproject.toml"
    return str(tomllib.loads(file.read_text(encoding="utf-8"))["project"]["version"]) if file.is_file() else ""
