"""Which device should have a run: tiers of memory, kinds of device, and several devices of one node together.

Devices are compared by kind and tier, not by single bytes: cards that are sold as the same size differ by a few
hundred megabytes, and none of them should wait for another.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from typing import Protocol, TypeVar

GIB = 2**30
TIERS = (4, 8, 12, 16, 24, 32, 40, 48, 64, 80, 96, 128, 144, 192, 256, 288, 384, 512, 768, 1024)
"""Sizes in GiB as cards and machines are sold."""
PROCESSOR = "cpu"
SHARED = "evaluation"
LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
"""What a node may be called besides its name, and what a run may ask of its node."""
MAX_LABELS = 6
"""That a person may ask for: what a run's row has room for, beside the backend."""


class Sized(Protocol):
    """What has a kind (``cpu``, ``cuda``) and bytes of memory."""

    @property
    def kind(self) -> str: ...
    @property
    def memory(self) -> int: ...


T = TypeVar("T", bound=Sized)


def tier(memory: int) -> int:
    """The smallest size in GiB that is sold and holds ``memory``; beyond the list its own size, rounded up."""
    size = -(-memory // GIB)
    place = bisect_left(TIERS, size)
    return TIERS[place] if place < len(TIERS) else size


def rank(device: Sized) -> tuple[bool, int]:
    """Devices in the order in which a run should have them: accelerators before processors, small before large."""
    return (device.kind == PROCESSOR, tier(device.memory))


def queue_name(kind: str, memory: int) -> str:
    """The Celery queue of all devices of a kind and tier, such as ``evaluation.cuda.24g``."""
    return f"{SHARED}.{kind}.{tier(memory)}g"


def own_queue(device: object) -> str:
    """The Celery queue of one device, such as ``evaluation.on.node-1/cuda:0``."""
    return f"{SHARED}.on.{device}"


def group(devices: Iterable[T], need: int) -> list[T]:
    """The fewest accelerators of one node that hold ``need`` bytes together, two or more; empty where none do.

    Of groups that are equally small in number the one with the least memory is taken, so that large devices stay free.
    """
    usable = sorted((device for device in devices if device.kind != PROCESSOR), key=lambda device: device.memory)
    for count in range(2, len(usable) + 1):
        if sum(device.memory for device in usable[-count:]) < need:
            continue
        # Sorted by memory, the first window that is large enough is the smallest of its width.
        windows = (usable[start : start + count] for start in range(len(usable) - count + 1))
        return next(window for window in windows if sum(device.memory for device in window) >= need)
    return []
