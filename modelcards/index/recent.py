"""The cards that changed since the base was built: lines that are only ever added.

A reader holds how many lines there were and which of them still count, so it never sees a later change, and a change
costs no more than its own lines. Everything is an array, so that some thousand lines cost a reader well below a
millisecond; then a new base is due.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modelcards.index import keys
from modelcards.index.base import Base
from modelcards.index.records import Records

Array = NDArray[Any]
Mask = NDArray[np.bool_]


class Growing:
    """An array that grows at its end; a view of its beginning stays as it is."""

    def __init__(self, kind: Any) -> None:
        self._kept: Array = np.zeros(64, dtype=kind)
        self.size = 0

    def add(self, values: Sequence[Any] | Array) -> None:
        """More values at the end."""
        end = self.size + len(values)
        if end > len(self._kept):
            larger = np.zeros(max(end, 2 * len(self._kept)), dtype=self._kept.dtype)
            larger[: self.size] = self._kept[: self.size]
            self._kept = larger
        self._kept[self.size : end] = values
        self.size = end

    def first(self, number: int) -> Array:
        """The first ``number`` values."""
        return self._kept[:number]


class Pairs:
    """Lines with a number each, several or none a line: values of a facet, or people. In rising order of lines."""

    def __init__(self) -> None:
        self.lines, self.values = Growing(np.int64), Growing(np.int64)

    def add(self, pairs: Iterable[tuple[int, int]]) -> None:
        """More pairs, of later lines."""
        listed = list(pairs)
        self.lines.add([line for line, _value in listed])
        self.values.add([value for _line, value in listed])

    def upto(self, lines: int) -> tuple[Array, Array]:
        """The pairs of the first lines."""
        size = self.lines.size
        end = int(np.searchsorted(self.lines.first(size), lines))
        return self.lines.first(end), self.values.first(end)


class Values:
    """The values of a facet by code: those of the base, and new ones after them."""

    def __init__(self, base: Base, key: str) -> None:
        self._facet = base.facets[key]
        self._known = len(self._facet.values)
        self._new: dict[str, int] = {}
        self._names: list[str] = []

    def __len__(self) -> int:
        return self._known + len(self._names)

    def code(self, value: str) -> int | None:
        """The code of a value, if any card ever had it."""
        found = self._facet.code(value)
        return found if found is not None else self._new.get(value)

    def made(self, value: str) -> int:
        """The code of a value, a new one where it has none."""
        found = self.code(value)
        if found is None:
            found = self._new[value] = len(self)
            self._names.append(value)
        return found

    def name(self, code: int) -> str:
        """The value of a code."""
        if code >= self._known:
            return self._names[code - self._known]
        return self._facet.name(code)


class Recent:
    """The lines. Only the holder of the index's lock adds; readers look at the first so many."""

    def __init__(self, base: Base) -> None:
        self.base = base
        self.size = 0
        self.pks, self.visibility, self.owners = Growing(np.int64), Growing(np.int8), Growing(np.int64)
        self.readers = Pairs()
        self.values = {key: Values(base, key) for key in (*keys.SINGLE, *keys.several())}
        self.single = {key: Growing(np.int64) for key in keys.SINGLE}
        self.several = {key: Pairs() for key in keys.several()}
        self.bins = {key: Growing(np.int64) for key in keys.SPANS}
        self.places = {key: Growing(np.int64) for key in keys.sorts()}
        self.order: dict[str, list[Any]] = {key: [] for key in keys.sorts()}
        self.makers: dict[str, str] = {}  # the names of their organisations by slug
        self.amounts = {key: Growing(np.int64) for key in keys.SPANS}  # -1: blank

    def add(self, records: Records) -> range:
        """One line for each card; gives the new lines."""
        lines = range(self.size, self.size + len(records.pks))
        self.makers |= records.makers
        self.pks.add(records.pks)
        self.visibility.add(records.visibility)
        self.owners.add(records.owners)
        named = records.readers
        self.readers.add((line, one) for line, pk in zip(lines, records.pks, strict=True) for one in named.get(pk, ()))
        for key, codes in self.single.items():
            codes.add([self.values[key].made(value) for value in records.single[key]])
        for key, pairs in self.several.items():
            made = self.values[key].made
            listed = zip(lines, records.several[key], strict=True)
            pairs.add((line, made(value)) for line, values in listed for value in values)
        for key, places in self.places.items():
            doubled = self.base.orders[key].doubled
            places.add([doubled(value) for value in records.order[key]])
            self.order[key] += records.order[key]
        for key, span in keys.SPANS.items():
            amounts = records.order[span.sort]
            self.amounts[key].add([-1 if amount is None else amount for amount in amounts])
            self.bins[key].add([-1 if amount is None else span.scale.bin(amount) for amount in amounts])
        self.size = lines.stop
        return lines
