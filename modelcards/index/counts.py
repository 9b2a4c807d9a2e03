"""How many cards each value of a facet would give."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from typing import Protocol

import numpy as np
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pyroaring import BitMap

from modelcards import registry, taxonomy
from modelcards.facets import FACETS, UNKNOWN, Option
from modelcards.index.base import Array, Facet
from modelcards.index.bitmaps import Places
from modelcards.index.state import Seen, State

# Of a facet with very many values those with most cards are told.
TOLD = 48
# What it costs to count one value in its set, in cards that could be looked at one by one in the same time.
SET_COSTS = 1_500
# What it costs, in microseconds, to look at a card in one facet, and in all of them by their tables; to count in one
# set, for each card of a sparse part and for a dense one whole (of which more than one card in sixteen is).
CARD, CARD_OF_TABLES, TABLES = 0.0025, 0.008, 250.0
SPARSE, DENSE = 0.0005, 13.0
SPARSE_SHARE = 16
FAMILY_CSS = {key: family.css for key, family in taxonomy.FAMILIES.items()}


@dataclass(frozen=True)
class Counted:
    """Values of a facet with their counts, and how many more may have cards."""

    options: list[Option]
    more: int


class Counting(Protocol):
    """A set of cards, and the ids of those of the base."""

    seen: Seen

    @property
    def places(self) -> Places:
        """The ids of the cards of the base."""

    @property
    def others(self) -> BitMap | None:
        """The cards of the base that are left out, where they are few beside those that are in."""

    @property
    def other_places(self) -> Places:
        """The ids of these."""

    @property
    def tables(self) -> Mapping[str, Array]:
        """How many of the cards of the base have each value first, by facet, where that was asked for all at once."""


def counted(state: State, key: str, part: Counting, chosen: Sequence[str]) -> Counted:
    """The values of one facet in ``part``, which is what matches every other filter."""
    facet, values = state.base.facets[key], state.recent.values[key]
    recent = _of_lines(state, key, part.seen, len(values))
    if facet.falling:
        codes = [code for value in chosen if (code := values.code(value)) is not None]
        counts, more = _most(state, key, part, recent, codes)
    else:
        counts, more = _every(state, key, part, recent), 0
    told = {code: (values.name(code), n) for code, n in counts.items() if n}
    return Counted(_options(state, key, told, chosen), more)


def _every(state: State, key: str, part: Counting, recent: Array | None) -> dict[int, int]:
    """How many cards have each value, of a facet with few."""
    facet, cards = state.base.facets[key], part.seen.cards
    if key in part.tables:
        first = part.tables[key][: len(facet.values)]
        counts = (first if facet.single else facet.with_further(first, cards)).tolist()
    elif part.others is not None or len(cards) * CARD < len(facet.sets) * _costs_of_set(len(cards), state.base.count):
        counts = _tallied(facet, part).tolist()
    else:
        counts = _in_sets(facet, cards)
    if recent is not None:
        counts = [n + more for n, more in zip_longest(counts, recent.tolist(), fillvalue=0)]
    return dict(enumerate(counts))


def _most(
    state: State, key: str, part: Counting, recent: Array | None, chosen: Sequence[int]
) -> tuple[dict[int, int], int]:
    """Of a facet with very many values those with most cards, and how many more there may be."""
    facet, size = state.base.facets[key], len(part.seen.cards)
    if part.others is not None or size < SET_COSTS * _tries(facet, size):
        return _one_by_one(facet, part, recent, chosen)
    counts = _largest(facet, part, recent, chosen)
    return counts, max(0, state.base.public_values[key] - len(counts))


def _costs_of_set(size: int, count: int) -> float:
    return SPARSE * size if size * SPARSE_SHARE < count else DENSE


def _of_lines(state: State, key: str, part: Seen, size: int) -> Array | None:
    """How many of the recent lines have each value; None where there are no lines."""
    recent, lines = state.recent, state.lines
    if not lines:
        return None
    if key in recent.single:
        return np.bincount(recent.single[key].first(lines)[part.lines], minlength=size)
    places, codes = recent.several[key].upto(lines)
    return np.bincount(codes[part.lines[places]], minlength=size)


def _tallied(facet: Facet, part: Counting) -> Array:
    """How many cards of the base have each value, by looking at the fewer: those that are in, or left out."""
    if part.others is None:
        return facet.tally(part.seen.cards, part.places)
    left: Array = facet.counts - facet.tally(part.others, part.other_places)
    return left


def _in_sets(facet: Facet, cards: BitMap) -> list[int]:
    """Every value, counted in its set. Where a card has one value, the most frequent has what the others leave."""
    left = facet.largest if facet.single else -1
    count = cards.intersection_cardinality
    counts = [0 if code == left else count(those) for code, those in facet.sets.items()]
    if left >= 0:
        counts[left] = len(cards) - sum(counts)
    return counts


def _one_by_one(
    facet: Facet, part: Counting, recent: Array | None, chosen: Sequence[int]
) -> tuple[dict[int, int], int]:
    """Of very many values those with most cards, from the values of each card."""
    counts = _tallied(facet, part)
    if recent is not None:
        recent[: len(counts)] += counts
        counts = recent
    codes = np.flatnonzero(counts)
    found = counts[codes]
    kept, numbers = codes, found
    if len(codes) > TOLD:
        most = found >= np.partition(found, len(found) - TOLD)[len(found) - TOLD]
        kept, numbers = codes[most], found[most]
        first = np.argsort(-numbers, kind="stable")[:TOLD]
        kept, numbers = kept[first], numbers[first]
    told = dict(zip(kept.tolist(), numbers.tolist(), strict=True))
    return told | {code: int(counts[code]) for code in chosen if code < len(counts)}, len(codes) - len(kept)


def _tries(facet: Facet, size: int) -> int:
    """About how many values must be tried to know the largest, if their cards match as often as all cards do."""
    falling = facet.falling_counts
    least = int(falling[min(TOLD, len(falling) - 1)]) * size // max(1, facet.cards_counted)
    return int(np.searchsorted(-falling, -least))


def _largest(facet: Facet, part: Counting, recent: Array | None, chosen: Sequence[int]) -> dict[int, int]:
    """The values with most cards, exactly: tried by falling number of cards in the whole base, until the next value
    could not even then come among the first if all its cards matched."""
    cards = part.seen.cards
    known, tries = len(facet.values), len(cards) // SET_COSTS

    def count(code: int) -> int:
        of_base = cards.intersection_cardinality(facet.cards(code)) if code < known else 0
        return of_base + (int(recent[code]) if recent is not None else 0)

    changed = np.flatnonzero(recent).tolist() if recent is not None else []
    found = {code: count(code) for code in [*chosen, *changed]}
    best = heapq.nlargest(TOLD, found.values())
    heapq.heapify(best)
    for tried, code in enumerate(facet.falling):
        if len(best) >= TOLD and int(facet.counts[code]) <= best[0]:
            break
        if tried >= tries:
            return _one_by_one(facet, part, recent, chosen)[0]
        if code not in found:
            found[code] = count(code)
            (heapq.heappushpop if len(best) >= TOLD else heapq.heappush)(best, found[code])
    kept = heapq.nlargest(TOLD, found, key=lambda code: found[code])
    return {code: found[code] for code in [*kept, *chosen]}


def _options(state: State, key: str, told: Mapping[int, tuple[str, int]], chosen: Sequence[str]) -> list[Option]:
    """As ``facets.options`` and ``registered_options`` give them; ``told``: value and number of cards by code."""
    counts = dict(told.values())
    if key not in FACETS:
        facet = next(facet for facet in registry.card_facets if facet.key == key)
        return [Option(value, name, counts.get(value, 0), value in chosen) for value, name in facet.options]
    names, always = _names(key, get_language() or "")
    if key == "organisation":
        # One none of whose cards the reader may see is not named.
        names = {**{value: state.maker(value, code) for code, (value, _n) in told.items()}, **names}
    css = FAMILY_CSS if key == "architecture_family" else {}
    # Where count and name are alike the place decides, so that values stay as they came.
    rows = sorted(
        (value == UNKNOWN, -counts.get(value, 0), names.get(value, value), place, value)
        for place, value in enumerate(dict.fromkeys((*always, *counts, *chosen)))
    )
    return [
        Option(value, name, -less, value in chosen, css.get(value, "")) for _last, less, name, _place, value in rows
    ]


@lru_cache(maxsize=256)
def _names(key: str, language: str) -> tuple[Mapping[str, str], Iterable[str]]:
    """Value to name in the present language, as plain text, and the values that are told without a card, too."""
    listed = {} if key == "organisation" else FACETS[key].names()
    names = {value: str(name) for value, name in listed.items()}
    return {**names, UNKNOWN: _("Not stated")}, tuple(names) if FACETS[key].always else ()
