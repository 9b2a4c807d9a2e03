"""What a process keeps of files that it has read: the latest used, up to a number of bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

T = TypeVar("T")

LARGEST = 96 * 2**20
"""Bytes that one process keeps: eight models on ten tasks of ten thousand documents are a tenth of it."""
ENTRY = 512
"""Bytes that an entry takes beside its value and the text of its key."""


class Kept:
    """A mapping that forgets what was used longest ago once keys and values are larger than ``largest`` bytes together.

    Keys count too: they hold words of an address, and an answer that says "nothing" may be asked for in endless ways.

    Threads may share it; two that miss at once both make the value, which is the same.
    """

    def __init__(self, largest: int = LARGEST) -> None:
        self._largest = largest
        self._held: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = Lock()
        self.bytes = 0

    def get(self, key: Hashable, make: Callable[[], T], size: Callable[[T], int]) -> T:
        """The value under ``key``, made now where there is none. What ``make`` raises is raised and nothing is kept."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                found: T = self._held[key][0]
                return found
        made = make()
        self._keep(key, made, size(made) + ENTRY + len(repr(key)))
        return made

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._held.clear()
            self.bytes = 0

    def _keep(self, key: Hashable, value: Any, size: int) -> None:
        if size > self._largest:
            return
        with self._lock:
            if key in self._held:
                return
            self._held[key] = (value, size)
            self.bytes += size
            while self.bytes > self._largest:
                _key, (_value, left) = self._held.popitem(last=False)
                self.bytes -= left


KEPT = Kept()
"""The one of this process. Keys begin with a word for the kind of value, then the file and its checksum."""
