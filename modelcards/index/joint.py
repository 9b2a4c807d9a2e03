"""Several facets in one number a card, so that one look at the cards counts the values of all of them.

The number of a card is its place in a table with a dimension for each facet; how many cards have a value is the sum of
that table over the other dimensions. Facets share a table as long as it stays small.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modelcards.index.bitmaps import Places

Array = NDArray[Any]
# Adding up a larger table would take longer than counting its facets one by one.
LARGEST = 8_192


class Joints:
    """Puts facets together while a base is built."""

    def __init__(self) -> None:
        self._tables: list[Array] = []
        self._sizes: list[list[tuple[str, int]]] = []

    def add(self, key: str, codes: Array, size: int) -> None:
        """A facet: the code of each card, below ``size``. One that fits into no table is left out."""
        if size * 2 > LARGEST:
            return
        for place, named in enumerate(self._sizes):
            if size * int(np.prod([other for _key, other in named])) <= LARGEST:
                table = self._tables[place]
                table *= np.uint16(size)
                table += codes
                named.append((key, size))
                return
        self._tables.append(codes.astype(np.uint16))
        self._sizes.append([(key, size)])

    def arrays(self) -> Iterator[tuple[str, Array]]:
        """The numbers of the cards by table, and for each facet its table, dimension and size."""
        for place, (table, named) in enumerate(zip(self._tables, self._sizes, strict=True)):
            yield f"joint.{place}", table
            for dimension, (key, size) in enumerate(named):
                yield f"{key}.joint", np.array([place, dimension, size], dtype=np.int64)


class Joint:
    """One table: which facets it has, and how many of some cards have each value of each."""

    def __init__(self, codes: Array, facets: Mapping[str, int]) -> None:
        """``facets``: how many codes each has, by key, in the order of the dimensions."""
        self.keys, self._codes, self._shape = tuple(facets), codes, tuple(facets.values())

    def tally(self, places: Places) -> dict[str, Array]:
        """How many of these cards have each code, by facet."""
        table = np.bincount(self._codes[places], minlength=int(np.prod(self._shape))).reshape(self._shape)
        every = range(len(self._shape))
        return {
            key: table.sum(axis=tuple(other for other in every if other != dimension))
            for dimension, key in enumerate(self.keys)
        }


def joints_of(keys: tuple[str, ...], arrays: Mapping[str, Array]) -> list[Joint]:
    """The tables of a base."""
    places = {key: arrays[f"{key}.joint"].tolist() for key in keys if f"{key}.joint" in arrays}
    number = 1 + max((table for table, _dimension, _size in places.values()), default=-1)
    named: list[dict[str, int]] = [{} for _each in range(number)]
    for key, (table, _dimension, size) in sorted(places.items(), key=lambda found: found[1]):
        named[table][key] = size
    return [Joint(arrays[f"joint.{place}"], facets) for place, facets in enumerate(named)]
