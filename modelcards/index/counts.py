"""How many cards each value of a facet would give."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pyroaring import BitMap

from modelcards import registry, taxonomy
from modelcards.facets import FACETS, UNKNOWN, Option
from modelcards.index.base import Facet
from modelcards.index.bitmaps import Ids, Places, ids_of
from modelcards.index.state import Seen, State
from modelcards.models import Organisation

# Of a facet with very many values those with most cards are told.
TOLD = 48
# What it costs to count one value in its set, in cards that could be looked at one by one in the same time.
SET_COSTS = 1_500
# What it costs, in microseconds, to look at a card, and at one of a facet with several values a card; to count in one
# set, for each card of a sparse part and for a dense one whole (of which more than one card in sixteen is).
CARD, CARD_OF_SEVERAL = 0.0025, 0.016
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


def counted(state: State, key: str, part: Counting, chosen: Sequence[str]) -> Counted:
    """The values of one facet in ``part``, which is what matches every other filter."""
    facet, values, cards = state.base.facets[key], state.recent.values[key], part.seen.cards
    recent = _of_lines(state, key, part.seen, len(values))
    codes = [code for value in chosen if (code := values.code(value)) is not None]
    if _looked_at(facet, len(cards), state.base.count):
        counts, more = _one_by_one(facet, part.places, recent, codes)
    elif facet.falling:
        counts = _largest(facet, cards, recent, codes)
        more = max(0, state.base.public_values[key] - len(counts))
    else:
        counts, more = _all(facet, cards, recent), 0
    return Counted(_options(state, key, {values.name(code): n for code, n in counts.items() if n}, chosen), more)


def _looked_at(facet: Facet, size: int, count: int) -> bool:
    """Whether it is quicker to look at each of ``size`` cards, of ``count`` in all, than to count in sets."""
    if facet.falling:
        return size < SET_COSTS * _tries(facet, size)
    a_set = SPARSE * size if size * SPARSE_SHARE < count else DENSE
    return size * (CARD if facet.single else CARD_OF_SEVERAL) < len(facet.sets) * a_set


def _of_lines(state: State, key: str, part: Seen, size: int) -> Any:
    """How many of the recent lines have each value."""
    recent, lines = state.recent, state.lines
    if key in recent.single:
        return np.bincount(recent.single[key].first(lines)[part.lines], minlength=size)
    places, codes = recent.several[key].upto(lines)
    return np.bincount(codes[part.lines[places]], minlength=size)


def _all(facet: Facet, cards: BitMap, recent: Any) -> dict[int, int]:
    """Every value, counted in its set. Where a card has one value, the most frequent has what the others leave."""
    left = facet.largest if facet.single else -1
    counts = {code: cards.intersection_cardinality(those) for code, those in facet.sets.items() if code != left}
    if left >= 0:
        counts[left] = len(cards) - sum(counts.values())
    return {code: counts.get(code, 0) + more for code, more in enumerate(recent.tolist())}


def _one_by_one(facet: Facet, ids: Ids | Places, recent: Any, chosen: Sequence[int]) -> tuple[dict[int, int], int]:
    """Every value, from the values of each card; of very many values those with most cards."""
    recent[: len(facet.values)] += facet.tally(ids)
    codes = np.flatnonzero(recent)
    kept = codes
    if facet.falling and len(codes) > TOLD:
        kept = codes[np.argsort(-recent[codes], kind="stable")[:TOLD]]
    told = {int(code): int(recent[code]) for code in [*kept.tolist(), *chosen]}
    return told, len(codes) - len(kept)


def _tries(facet: Facet, size: int) -> int:
    """About how many values must be tried to know the largest, if their cards match as often as all cards do."""
    falling = facet.falling_counts
    least = int(falling[min(TOLD, len(falling) - 1)]) * size // max(1, facet.cards_counted)
    return int(np.searchsorted(-falling, -least))


def _largest(facet: Facet, cards: BitMap, recent: Any, chosen: Sequence[int]) -> dict[int, int]:
    """The values with most cards, exactly: tried by falling number of cards in the whole base, until the next value
    could not even then come among the first if all its cards matched."""
    known, tries = len(facet.values), len(cards) // SET_COSTS

    def count(code: int) -> int:
        of_base = cards.intersection_cardinality(facet.cards(code)) if code < known else 0
        return of_base + int(recent[code])

    found = {code: count(code) for code in [*chosen, *np.flatnonzero(recent).tolist()]}
    best = heapq.nlargest(TOLD, found.values())
    heapq.heapify(best)
    for tried, code in enumerate(facet.falling):
        if len(best) >= TOLD and int(facet.counts[code]) <= best[0]:
            break
        if tried >= tries:
            return _one_by_one(facet, ids_of(cards), recent, chosen)[0]
        if code not in found:
            found[code] = count(code)
            (heapq.heappushpop if len(best) >= TOLD else heapq.heappush)(best, found[code])
    kept = heapq.nlargest(TOLD, found, key=lambda code: found[code])
    return {code: found[code] for code in [*kept, *chosen]}


def _options(state: State, key: str, counts: Mapping[str, int], chosen: Sequence[str]) -> list[Option]:
    """As ``facets.options`` and ``registered_options`` give them."""
    if key not in FACETS:
        facet = next(facet for facet in registry.card_facets if facet.key == key)
        return [Option(value, name, counts.get(value, 0), value in chosen) for value, name in facet.options]
    always = FACETS[key].always
    names = _names_of(state, key, counts)
    css = FAMILY_CSS if key == "architecture_family" else {}
    found = [
        Option(value, names.get(value, value), counts.get(value, 0), value in chosen, css.get(value, ""))
        for value in dict.fromkeys([*(FACETS[key].names() if always else ()), *counts, *chosen])
    ]
    found.sort(key=lambda option: (option.value == UNKNOWN, -option.count, option.name))
    return found


def _names_of(state: State, key: str, counts: Iterable[str]) -> Mapping[str, str]:
    """Value to name. An organisation none of whose cards the reader may see is not named."""
    if key != "organisation":
        return _fixed_names(key, get_language() or "")
    known = state.recent.makers
    if missing := [slug for slug in counts if slug not in known and slug != UNKNOWN]:
        known.update(Organisation.objects.filter(slug__in=missing).values_list("slug", "name"))
    return {**{slug: known[slug] for slug in counts if slug in known}, UNKNOWN: _("Not stated")}


@lru_cache(maxsize=256)
def _fixed_names(key: str, language: str) -> Mapping[str, str]:
    """The names of a vocabulary in the present language, as plain text."""
    return {**{value: str(name) for value, name in FACETS[key].names().items()}, UNKNOWN: _("Not stated")}
