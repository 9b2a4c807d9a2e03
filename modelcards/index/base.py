"""The base of the index: every card as it was when it was built. Never changes; cards changed since are beside it."""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, reduce
from operator import or_
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from modelcards.index import keys
from modelcards.index.bitmaps import Ids, Places, from_ids, from_mask, ids_of
from modelcards.index.joint import joints_of
from modelcards.index.store import Mapped
from modelcards.index.strings import StringTable

Array = NDArray[Any]
Arrays = Mapping[str, Array]
# The last ranges that were asked for are kept: the pages of one list ask for the same.
RANGES_KEPT = 4


class Base:
    """Sets of cards by value of each facet, ranks and orders by sort key, and who may see what."""

    def __init__(self, arrays: Arrays, mark: tuple[int, int]) -> None:
        self.mark = mark
        self._arrays = arrays
        self.pks: Ids = arrays["pks"]
        self.count = len(self.pks)
        self.facets = {key: Facet(key, arrays) for key in (*keys.SINGLE, *keys.several())}
        self.joints = joints_of(tuple(self.facets), arrays)
        self.makers = StringTable(arrays["makers.letters"], arrays["makers.offsets"])  # by code of the organisation
        self.bins = {key: Bins(key, arrays) for key in keys.SPANS}
        self.orders = {key: Order(key, arrays) for key in keys.sorts()}
        self.public, self.internal, self.restricted = (
            BitMap.deserialize(arrays[f"{name}.set"].tobytes()) for name in ("public", "internal", "restricted")
        )
        self._owners = arrays["owners.people"], arrays["owners.cards"]
        self._readers = arrays["readers.people"], arrays["readers.cards"]

    def release(self) -> None:
        """Give back the memory of what was read of a mapped file."""
        if isinstance(self._arrays, Mapped):
            self._arrays.release()

    @cached_property
    def public_values(self) -> dict[str, int]:
        """How many values the public cards have, by facet with very many."""
        return {key: facet.different(self.public) for key, facet in self.facets.items() if facet.falling}

    @cached_property
    def everything(self) -> BitMap:
        """All cards."""
        return self.public | self.internal | self.restricted

    def shared_with(self, person: int) -> BitMap:
        """The restricted cards that this person owns or is named on."""
        found = BitMap()
        for people, cards in (self._owners, self._readers):
            start, end = np.searchsorted(people, [person, person + 1])
            found |= from_ids(cards[start:end])
        return found


def sets_of(key: str, arrays: Arrays) -> dict[int, BitMap]:
    """The sets of a facet by the place of their value."""
    ends = arrays[f"{key}.set_ends"].tolist()
    written = arrays[f"{key}.sets"]
    parts = zip([0, *ends], ends, strict=False)
    sets = (BitMap.deserialize(written[start:end].tobytes()) for start, end in parts)
    return dict(zip(arrays[f"{key}.set_places"].tolist(), sets, strict=True))


class Facet:
    """The values of one facet, by code, with the cards of each."""

    def __init__(self, key: str, arrays: Arrays) -> None:
        self.values = StringTable(arrays[f"{key}.letters"], arrays[f"{key}.offsets"])
        self.counts: Array = arrays[f"{key}.counts"]
        self.sets = sets_of(key, arrays)
        self._listed: Ids = arrays[f"{key}.listed"]
        self._codes = arrays[f"{key}.codes"]
        self.single = f"{key}.further_set" not in arrays
        if not self.single:
            self._further = BitMap.deserialize(arrays[f"{key}.further_set"].tobytes())
            self._starts, self._further_codes = arrays[f"{key}.further_starts"], arrays[f"{key}.further_codes"]
        self.largest = int(np.argmax(self.counts)) if len(self.counts) else -1
        self.falling: list[int] = np.argsort(-self.counts, kind="stable").tolist() if self._listed.size else []

    @cached_property
    def _names(self) -> list[str]:
        """Every value as text, of a facet with few."""
        return [self.values[code].decode() for code in range(len(self.values))]

    def name(self, code: int) -> str:
        """The value of a code."""
        return self.values[code].decode() if self.falling else self._names[code]

    @cached_property
    def falling_counts(self) -> Array:
        """The numbers of cards, largest first."""
        return -np.sort(-self.counts)

    @cached_property
    def cards_counted(self) -> int:
        """How often any value stands on a card."""
        return int(self.counts.sum())

    @cached_property
    def _ends(self) -> Array:
        return np.cumsum(self.counts)

    def different(self, among: BitMap) -> int:
        """How many values the cards ``among`` have between them."""
        return int(np.count_nonzero(self.tally(among, ids_of(among).astype(np.intp))))

    def code(self, value: str) -> int | None:
        """The code of a value; None where no card has it."""
        place, there = self.values.place(value.encode())
        return place if there else None

    def cards(self, code: int) -> BitMap:
        """The cards with this value."""
        found = self.sets.get(code)
        if found is None:
            end = int(self._ends[code])
            found = from_ids(self._listed[end - int(self.counts[code]) : end])
        return found

    def any_of(self, codes: Iterable[int]) -> BitMap:
        """The cards with one of these values."""
        return reduce(or_, map(self.cards, codes), BitMap())

    def tally(self, cards: BitMap, places: Places) -> Array:
        """How many of these cards, whose ids ``places`` are, have each value."""
        # Where cards may have none, these have a code after those of the values.
        first = np.bincount(self._codes[places], minlength=len(self.values) + 1)[: len(self.values)]
        return first if self.single else self.with_further(first, cards)

    def with_further(self, first: Array, cards: BitMap) -> Array:
        """How many of these cards have each value, from how many have it first."""
        ids = ids_of(cards & self._further).astype(np.intp)
        starts = self._starts[ids].astype(np.intp)
        lengths = self._starts[ids + 1].astype(np.intp) - starts
        places = np.repeat(starts - np.cumsum(lengths) + lengths, lengths) + np.arange(int(lengths.sum()))
        return first + np.bincount(self._further_codes[places], minlength=len(self.values))


class Bins:
    """The bins of a histogram that hold cards, each with the set of the cards up to and with it."""

    def __init__(self, key: str, arrays: Arrays) -> None:
        self.bins: list[int] = arrays[f"{key}.bins"].tolist()
        self._upto = list(sets_of(key, arrays).values())
        self._codes = arrays[f"{key}.codes"]

    def tally(self, found: BitMap, ends: Sequence[int]) -> list[int]:
        """How many of the cards ``found`` lie in each group of bins up to and with these last bins."""
        return self._between(lambda bins: found.intersection_cardinality(self._upto[bins - 1]), ends)

    def tally_few(self, ids: Places, ends: Sequence[int]) -> list[int]:
        """The same of few cards."""
        counts = self._counts(ids)
        return self._between(lambda bins: int(counts[bins - 1]), ends)

    def tally_all_but(self, ids: Places, ends: Sequence[int]) -> list[int]:
        """The same of all cards but a few."""
        counts = self._counts(ids)
        return self._between(lambda bins: len(self._upto[bins - 1]) - int(counts[bins - 1]), ends)

    def _counts(self, ids: Places) -> Array:
        """How many of these cards lie in the bins up to and with each."""
        return np.cumsum(np.bincount(self._codes[ids], minlength=len(self.bins) + 1)[1:])

    def _between(self, upto: Callable[[int], int], ends: Sequence[int]) -> list[int]:
        """Differences of the numbers of cards in the first so many bins that hold cards."""
        numbers = [upto(bins) if (bins := bisect_right(self.bins, end)) else 0 for end in ends]
        return [more - less for less, more in zip([0, *numbers], numbers, strict=False)]

    def span(self, found: BitMap) -> tuple[int, int] | None:
        """The first and the last bin that holds one of the cards."""
        if not self._upto or not found.intersect(self._upto[-1]):
            return None
        total = found.intersection_cardinality(self._upto[-1])
        first = next(at for at, cards in enumerate(self._upto) if found.intersect(cards))
        last = len(self.bins) - 1
        while last > first and found.intersection_cardinality(self._upto[last - 1]) == total:
            last -= 1
        return self.bins[first], self.bins[last]


class Order:
    """One sort key: each card's rank (0: blank) and the cards in rising and falling order."""

    def __init__(self, key: str, arrays: Arrays) -> None:
        self.ranks: Array = arrays[f"{key}.ranks"]
        self.up: Ids = arrays[f"{key}.up"]
        self.down: Ids = arrays[f"{key}.down"]
        self._numbers: Array | None = arrays.get(f"{key}.numbers")
        self._ranges: OrderedDict[tuple[Any, Any], BitMap] = OrderedDict()
        self._texts = None
        if self._numbers is None:
            self._texts = StringTable(arrays[f"{key}.order_letters"], arrays[f"{key}.order_offsets"])

    def doubled(self, value: Any) -> int:
        """Twice the rank of a value; the odd number between where no card of the base has it; 0 where it is blank."""
        if value is None or value == b"":
            return 0
        if self._texts is not None:
            place, there = self._texts.place(value)
        else:
            assert self._numbers is not None
            place = int(np.searchsorted(self._numbers, value))
            there = place < len(self._numbers) and bool(self._numbers[place] == value)
        return 2 * place + (2 if there else 1)

    def sum(self, cards: BitMap) -> float:
        """The sum of the numbers of these cards."""
        assert self._numbers is not None
        counts = np.bincount(self.ranks[ids_of(cards)], minlength=len(self._numbers) + 1)
        return float(counts[1:] @ self._numbers)

    def between(self, low: Any, high: Any) -> BitMap:
        """The cards whose number lies from ``low`` to ``high``, both included; None leaves an end open."""
        asked = (low, high)
        if (found := self._ranges.get(asked)) is None:
            found = self._ranges[asked] = self._between(low, high)
            while len(self._ranges) > RANGES_KEPT:
                self._ranges.popitem(last=False)
        return found

    def _between(self, low: Any, high: Any) -> BitMap:
        assert self._numbers is not None
        first = 0 if low is None else int(np.searchsorted(self._numbers, low))
        last = len(self._numbers) if high is None else int(np.searchsorted(self._numbers, high, side="right"))
        if first >= last:
            return BitMap()
        # Ranks begin at 1; below the first, the subtraction goes round to large numbers.
        kind = self.ranks.dtype.type
        return from_mask(self.ranks - kind(first + 1) <= kind(last - first - 1))
