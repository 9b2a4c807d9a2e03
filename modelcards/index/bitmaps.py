"""Sets of card ids as roaring bitmaps, and their way from and to NumPy arrays without a Python object per card."""

from __future__ import annotations

import array
import struct
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

Ids = NDArray[np.uint32]
# Ids as places of an array: what NumPy looks up without converting them each time.
Places = NDArray[np.intp]

CONTAINER = 1 << 16
ARRAY_MOST = 4096  # a container with more members is a bit set in the portable format
NO_RUNS = 12346  # the cookie of the portable roaring format without run containers


def ids_of(found: BitMap) -> Ids:
    """The members in rising order."""
    return np.frombuffer(found.to_array(), dtype=np.uint32)


def from_ids(ids: Ids | Iterable[int]) -> BitMap:
    """The set of these ids, in any order."""
    numbers = ids if isinstance(ids, np.ndarray) else np.fromiter(ids, dtype=np.uint32)
    if numbers.size < 4096 or bool(np.all(numbers[1:] > numbers[:-1])):
        return BitMap(array.array("I", numbers.astype(np.uint32).tobytes()))
    mask = np.zeros(int(numbers.max()) + 1, dtype=bool)
    mask[numbers] = True
    return from_mask(mask)


def from_mask(mask: NDArray[np.bool_]) -> BitMap:
    """The positions at which ``mask`` is true. Written in the portable roaring format, which reads in microseconds:
    https://github.com/RoaringBitmap/RoaringFormatSpec."""
    keys, parts, sizes, sparse = [], [], [], []
    packed = np.packbits(mask, bitorder="little")
    for key, start in enumerate(range(0, mask.size, CONTAINER)):
        if size := int(np.count_nonzero(mask[start : start + CONTAINER])):
            bits = packed[start // 8 : (start + CONTAINER) // 8].tobytes().ljust(CONTAINER // 8, b"\0")
            if size <= ARRAY_MOST:
                # To list few members takes NumPy ten times as long as it takes the set to turn the others round.
                sparse.append(start)
                size, bits = CONTAINER - size, (~np.frombuffer(bits, dtype=np.uint64)).tobytes()
            keys.append(key)
            sizes.append(size)
            parts.append(bits)
    found = BitMap.deserialize(_header(keys, sizes, parts) + b"".join(parts))
    for start in sparse:
        found.flip_inplace(start, start + CONTAINER)
    return found


def to_mask(found: BitMap, size: int) -> NDArray[np.bool_]:
    """An array of ``size`` truth values, true at the members."""
    mask = np.zeros(size, dtype=bool)
    mask[ids_of(found)] = True
    return mask


def _header(keys: list[int], sizes: list[int], parts: list[bytes]) -> bytes:
    described = b"".join(struct.pack("<HH", key, size - 1) for key, size in zip(keys, sizes, strict=True))
    at = 8 + 8 * len(keys)
    offsets = []
    for part in parts:
        offsets.append(at)
        at += len(part)
    return struct.pack("<II", NO_RUNS, len(keys)) + described + struct.pack(f"<{len(offsets)}I", *offsets)
