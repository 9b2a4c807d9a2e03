"""Which of the things that are kept must go: what is too old, then the oldest of what is too much."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

K = TypeVar("K")
MIB = 2**20


@dataclass(frozen=True)
class Rule:
    """How long things are kept, and how many bytes of them at the most. 0: no bound."""

    days: int = 0
    bytes: int = 0

    @property
    def bounds(self) -> bool:
        """Whether it ever takes anything."""
        return bool(self.days or self.bytes)


@dataclass(frozen=True)
class Kept(Generic[K]):
    """One thing that is kept: since when, and how many bytes it takes."""

    key: K
    since: datetime
    bytes: int


def too_much(things: Iterable[Kept[K]], rule: Rule, now: datetime) -> list[Kept[K]]:
    """What ``rule`` takes of ``things``, oldest first: all that is older than its days, then until its bytes hold.

    What goes is always older than what stays; of two of the same age the one that comes first in ``things`` goes first.
    """
    ordered = sorted(things, key=lambda thing: thing.since)
    left = sum(thing.bytes for thing in ordered)
    oldest = now - timedelta(days=rule.days)
    gone: list[Kept[K]] = []
    for thing in ordered:
        aged = bool(rule.days) and thing.since < oldest
        if not aged and not (rule.bytes and left > rule.bytes):
            break
        left -= thing.bytes
        gone.append(thing)
    return gone
