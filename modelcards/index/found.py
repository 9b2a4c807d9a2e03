"""The answer to one wish of one reader, worked out as far as it is asked for."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, reduce
from itertools import accumulate
from operator import and_
from typing import Any

import numpy as np
from django.utils.translation import get_language
from pyroaring import BitMap

from modelcards.facets import Option
from modelcards.filters import ModelFilters
from modelcards.histograms import Histogram, bars_of, histogram
from modelcards.index import keys
from modelcards.index.base import Array, Bins
from modelcards.index.bitmaps import Places, ids_of
from modelcards.index.counts import Counted, counted
from modelcards.index.memo import Memo, narrowing, reader
from modelcards.index.ordering import first_in_order
from modelcards.index.state import Seen, State, nothing
from modelcards.querysets import Reader

# So few cards are put into the bars of a histogram one by one; more of them are counted by sets.
FEW = 60_000
# Where so many times as many cards are in as are left out, it is the latter that are looked at.
MOST_ARE_IN = 8
# Of so many cards the values of most facets are looked at together.
TABLES_FROM, TABLES_UPTO = 2_000, 80_000
# So many of all ids are put in order before the others.
AT_FIRST = 1_000


class Part:
    """A set of cards, with the ids of those of the base for who looks at each."""

    def __init__(self, state: State, seen: Seen, *, together: bool = False) -> None:
        """``together``: whether the values of most facets will be asked for."""
        self.seen, self._base = seen, state.base
        self.few = len(seen.cards) <= FEW
        self._joints = state.base.joints if together and TABLES_FROM < len(seen.cards) <= TABLES_UPTO else []

    @cached_property
    def places(self) -> Places:
        """The ids of the cards of the base."""
        return ids_of(self.seen.cards).astype(np.intp)

    @cached_property
    def others(self) -> BitMap | None:
        """The cards of the base that are left out, where they are few beside those that are in."""
        size = len(self.seen.cards)
        left = len(self._base.everything) - size
        return self._base.everything - self.seen.cards if left <= FEW and left * MOST_ARE_IN <= size else None

    @cached_property
    def other_places(self) -> Places:
        """The ids of the cards that are left out, where they are few."""
        return ids_of(self.others or BitMap()).astype(np.intp)

    @cached_property
    def tables(self) -> dict[str, Array]:
        """How many of the cards of the base have each value first, by facet; empty where it is not worth it."""
        return {key: counts for joint in self._joints for key, counts in joint.tally(self.places).items()}


class Found:
    """How many cards match, which, in what order, and what each other choice would give. All of one state."""

    def __init__(
        self, state: State, filters: ModelFilters, user: Reader, tiers: list[Seen] | None, memo: Memo | None = None
    ) -> None:
        """``tiers``: what the search of the filters finds, best first; None without a search."""
        self._state, self._filters, self._tiers = state, filters, tiers
        # What a search finds may grow without a change of any card: when the words of a catalog are built.
        self._memo = memo if memo is not None and tiers is None else Memo()
        self._asked = (state.mark, reader(user), get_language(), narrowing(filters))
        self._visible = state.seen_by(user)
        self._parts: dict[str, Part] = {}

    @cached_property
    def count(self) -> int:
        """How many cards match."""
        return len(self._matching)

    @cached_property
    def total(self) -> int:
        """How many cards the reader may see."""
        return len(self._visible)

    def page_ids(self) -> list[int]:
        """The ids of the cards of the page that the filters name, in order."""
        start = (self._filters.page - 1) * self._filters.page_size
        return self.part(start, start + self._filters.page_size)

    def part(self, start: int, stop: int) -> list[int]:
        """The ids from one place of the order to another."""
        found: list[int] = []
        for tier in self._ranked():
            size = len(tier)
            if start < size and stop > 0:
                found += first_in_order(self._state, tier, self._sort, min(stop, size))[max(0, start) :].tolist()
            start, stop = start - size, stop - size
        return found

    def ids(self) -> Iterator[int]:
        """The ids of all matching cards, in order; the first come before the rest is put in order."""
        yield from self.part(0, AT_FIRST)
        if self.count > AT_FIRST:
            yield from self.part(AT_FIRST, self.count)

    def after(self, cursor: int, size: int) -> tuple[list[int], int | None]:
        """The next ``size`` ids above ``cursor`` in rising order, and the cursor of the following part, if any."""
        recent = self._state.recent.pks.first(self._state.lines)[self._matching.lines]
        every = self._matching.cards | BitMap(recent.tolist())
        first = every.rank(cursor) if cursor >= 0 else 0
        ids = list(every[first : first + size])
        return ids, ids[-1] if first + size < len(every) else None

    def options(self) -> dict[str, list[Option]]:
        """Each facet's values, most cards first, with how many a click would give; the chosen ones always."""
        return {key: list(found.options) for key, found in self._counted.items()}

    def facet(self, key: str) -> list[Option]:
        """The values of one facet, where no other is of interest."""
        return self._counts(key).options

    def among(self, cards: Iterable[int]) -> int:
        """How many of these cards match."""
        return len(self.which(cards))

    def which(self, cards: Iterable[int]) -> BitMap:
        """Those of these cards that match."""
        asked = BitMap(cards)
        pks = self._state.recent.pks.first(self._state.lines)[self._matching.lines]
        return asked & self._matching.cards | BitMap(pk for pk in pks.tolist() if pk in asked)

    def sum(self, key: str) -> float:
        """The sum of a number that the list can be sorted by, over all that match."""
        state, lines = self._state, np.flatnonzero(self._matching.lines)
        recent = (state.recent.order[key][line] for line in lines.tolist())
        changed: float = sum(value for value in recent if value is not None)
        return state.base.orders[key].sum(self._matching.cards) + changed

    @cached_property
    def more(self) -> dict[str, int]:
        """Facet to how many further values have cards, of those that ``options`` leaves out."""
        return {key: found.more for key, found in self._counted.items() if found.more}

    def histograms(self) -> dict[str, Histogram]:
        """The drawings of ``parameters``, ``tokens`` and ``released``, each without its own range."""
        drawn: dict[str, Histogram] = self._memo.get(
            ("histograms", self._asked), lambda: {key: self._histogram(span) for key, span in keys.SPANS.items()}
        )
        return dict(drawn)

    @cached_property
    def _counted(self) -> dict[str, Counted]:
        found: dict[str, Counted] = self._memo.get(
            ("counts", self._asked), lambda: {key: self._counts(key) for key in (*keys.SINGLE, *keys.several())}
        )
        return found

    def _counts(self, key: str) -> Counted:
        part = self._part(key)
        return counted(self._state, key, part, self._filters.facets.get(key, ()))

    @cached_property
    def _chosen(self) -> dict[str, Seen]:
        """What each filter leaves, by facet or range."""
        found = {key: _of_facet(self._state, key, values) for key, values in self._filters.facets.items() if values}
        for key, span in keys.SPANS.items():
            low, high = (_amount(getattr(self._filters, end)) for end in (span.low, span.high))
            if low is not None or high is not None:
                found[key] = _of_span(self._state, key, low, high)
        return found

    @cached_property
    def _searched(self) -> Seen:
        """What the reader may see of what the search finds."""
        if self._tiers is None:
            return self._visible
        cards = BitMap.union(BitMap(), *(tier.cards for tier in self._tiers))
        lines = reduce(np.logical_or, (tier.lines for tier in self._tiers), nothing(self._state.lines))
        return Seen(cards, lines) & self._visible

    @cached_property
    def _order(self) -> list[str]:
        """The facets and ranges that are chosen, those that leave fewest cards first."""
        return sorted(self._chosen, key=lambda key: len(self._chosen[key].cards))

    @cached_property
    def _before(self) -> list[Seen]:
        """What matches the search and the first so many of the choices."""
        return list(accumulate((self._chosen[key] for key in self._order), and_, initial=self._searched))

    @cached_property
    def _after(self) -> list[Seen]:
        """What matches the last choice, the last two, and so on up to all but the first."""
        return list(accumulate((self._chosen[key] for key in self._order[:0:-1]), and_))

    @property
    def _matching(self) -> Seen:
        return self._before[-1]

    def _part(self, key: str) -> Part:
        """What matches everything but this facet or range."""
        name = key if key in self._chosen else ""
        if name not in self._parts:
            self._parts[name] = Part(self._state, self._without(name), together=not name)
        return self._parts[name]

    def _without(self, name: str) -> Seen:
        """What matches everything but one of the choices: those before it, and those after it."""
        if not name:
            return self._matching
        place = self._order.index(name)
        after = len(self._order) - 1 - place
        return self._before[place] & self._after[after - 1] if after else self._before[place]

    @property
    def _sort(self) -> str:
        return "-release_date" if self._filters.sort == "relevance" else self._filters.sort

    def _ranked(self) -> Sequence[Seen]:
        """What matches, in tiers where the order is by relevance."""
        if self._filters.sort != "relevance" or self._tiers is None:
            return [self._matching]
        return [tier & self._matching for tier in self._tiers]

    def _histogram(self, span: keys.Span) -> Histogram:
        base, part, recent = self._state.base.bins[span.key], self._part(span.key), self._state.recent
        bins = recent.bins[span.key].first(self._state.lines)
        stated = bins >= 0
        public = self._visible is self._state.public
        span_of = self._state.public_spans[span.key] if public else base.span(self._visible.cards)
        every = [*(span_of or ()), *bins[self._visible.lines & stated].tolist()]
        ends = (min(every), max(every)) if every else None
        groups = bars_of(ends) if ends else []
        counts = dict(zip(groups, _tallied(base, part, groups), strict=True))
        for bin_ in bins[part.seen.lines & stated].tolist():
            counts[bin_] = counts.get(bin_, 0) + 1
        low, high = (_amount(getattr(self._filters, end)) for end in (span.low, span.high))
        return histogram(counts, span=ends, scale=span.scale, low=low, high=high)


def _tallied(bins: Bins, part: Part, ends: Sequence[int]) -> list[int]:
    """How many cards of the base lie in each group of bins, by looking at the fewest."""
    if part.others is not None:
        return bins.tally_all_but(part.other_places, ends)
    return bins.tally_few(part.places, ends) if part.few else bins.tally(part.seen.cards, ends)


def _amount(value: Any) -> int | None:
    """A size, or a date as the ordinal of its day."""
    return value.toordinal() if isinstance(value, datetime.date) else value


def _of_facet(state: State, key: str, values: Sequence[str]) -> Seen:
    """The cards with one of the values."""
    codes = [code for value in values if (code := state.recent.values[key].code(value)) is not None]
    facet = state.base.facets[key]
    cards = facet.any_of(code for code in codes if code < len(facet.values))
    if key in state.recent.single:
        return Seen(cards, np.isin(state.recent.single[key].first(state.lines), codes))
    lines, found = state.recent.several[key].upto(state.lines)
    mask = nothing(state.lines)
    mask[lines[np.isin(found, codes)]] = True
    return Seen(cards, mask)


def _of_span(state: State, key: str, low: int | None, high: int | None) -> Seen:
    """The cards whose number lies in the range."""
    amounts = state.recent.amounts[key].first(state.lines)
    lines = amounts >= (0 if low is None else low)
    if high is not None:
        lines &= amounts <= high
    return Seen(state.base.orders[keys.SPANS[key].sort].between(low, high), lines)
