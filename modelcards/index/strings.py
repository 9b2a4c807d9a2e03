"""A table of byte strings in two arrays, so that a million of them are two objects and can lie in a mapped file."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray


class StringTable:
    """Byte strings by position. Where they are in rising order, ``place`` finds one by bisection."""

    def __init__(self, letters: NDArray[np.uint8], offsets: NDArray[np.uint64]) -> None:
        self.letters, self.offsets = letters, offsets

    @classmethod
    def of(cls, strings: Iterable[bytes]) -> StringTable:
        """A table of these strings in their order."""
        listed = list(strings)
        offsets = np.zeros(len(listed) + 1, dtype=np.uint64)
        np.cumsum(np.fromiter(map(len, listed), dtype=np.uint64, count=len(listed)), out=offsets[1:])
        return cls(np.frombuffer(b"".join(listed), dtype=np.uint8), offsets)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, place: int) -> bytes:
        return self.letters[int(self.offsets[place]) : int(self.offsets[place + 1])].tobytes()

    def place(self, wanted: bytes) -> tuple[int, bool]:
        """Where ``wanted`` stands or would stand, and whether it is there; the strings must be in rising order."""
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self[middle] < wanted:
                low = middle + 1
            else:
                high = middle
        return low, low < len(self) and self[low] == wanted
