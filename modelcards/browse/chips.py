"""The active filters as chips, and what dropping one of them would give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import QueryDict
from django.utils.translation import gettext as _

from modelcards import registry
from modelcards.browse.listing import find
from modelcards.facets import FACETS, UNKNOWN, Option
from modelcards.filters import ModelFilters
from modelcards.querysets import Reader

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

SUGGESTED = 6


@dataclass(frozen=True)
class Chip:
    """One active filter, and the query string without it."""

    name: _StrOrPromise
    value: _StrOrPromise
    query: str


@dataclass(frozen=True)
class Drop:
    """A filter whose removal gives models, and how many."""

    chip: Chip
    count: int

    @property
    def count_text(self) -> str:
        """The number as it is read."""
        return f"{self.count:,}"


def facet_names() -> dict[str, _StrOrPromise]:
    """The name of each facet by its key."""
    return {key: facet.name for key, facet in FACETS.items()} | {f.key: f.name for f in registry.card_facets}


def chips(filters: ModelFilters, options: Mapping[str, list[Option]]) -> list[Chip]:
    """One chip for each active filter."""
    found = [Chip(_("Text"), filters.search, filters.query(search=""))] if filters.search else []
    facets = facet_names()
    for key, chosen in filters.facets.items():
        shown = {option.value: option.name for option in options.get(key, []) if option.chosen} if chosen else {}
        for value in chosen:
            rest = [other for other in chosen if other != value]
            name = shown.get(value) or (_("Not stated") if value == UNKNOWN else value)
            found.append(Chip(facets[key], name, filters.query(**{key: rest})))
    pairs = [
        (_("Parameters"), "parameters_min", "parameters_max"),
        (_("Tokens"), "tokens_min", "tokens_max"),
        (_("Released"), "released_after", "released_before"),
    ]
    return found + [chip for name, low, high in pairs for chip in _range_chip(filters, name, low, high)]


def _range_chip(filters: ModelFilters, name: str, low: str, high: str) -> Iterable[Chip]:
    start = filters.raw[low] if getattr(filters, low) is not None else ""
    end = filters.raw[high] if getattr(filters, high) is not None else ""
    if start and end:
        shown = _("%(start)s to %(end)s") % {"start": start, "end": end}
    else:
        shown = _("from %(start)s") % {"start": start} if start else _("up to %(end)s") % {"end": end}
    if start or end:
        yield Chip(name, shown, filters.query(**{low: "", high: ""}))


def drops(found: list[Chip], user: Reader) -> list[Drop]:
    """For a list without a match: the filters whose removal alone gives models, most models first."""
    counted = [Drop(chip, find(ModelFilters.parse(QueryDict(chip.query)), user).count) for chip in found[:20]]
    helpful = sorted((drop for drop in counted if drop.count), key=lambda drop: -drop.count)
    return helpful[:SUGGESTED]
