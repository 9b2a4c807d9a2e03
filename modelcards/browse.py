"""What the browse page shows beside its rows: facets, ranges, chips, columns and the tray."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from modelcards import registry
from modelcards.facets import FACETS, Option
from modelcards.filters import ModelFilters
from modelcards.histograms import Histogram, histogram
from modelcards.models import ModelCard
from modelcards.querysets import ModelCardQuerySet

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

# The facets of the rail, in its order; the ranges stand after the second. Other facets work in the address.
RAIL = ("architecture_family", "open_weights", "objective", "stage", "organisation", "licence")
SHOWN = 6
SPANS = {"parameters": "parameters", "tokens": "training_tokens", "released": "release_date"}


@dataclass(frozen=True)
class RailFacet:
    """A facet of the rail: its first values, and the rest behind a "more"."""

    key: str
    name: _StrOrPromise
    first: list[Option]
    more: list[Option]
    open: bool


@dataclass(frozen=True)
class Range:
    """A range of the rail: two inputs below a histogram."""

    name: _StrOrPromise
    note: _StrOrPromise
    example: str
    low: str
    high: str
    low_text: str
    high_text: str
    low_errors: list[str]
    high_errors: list[str]
    drawing: Histogram


@dataclass(frozen=True)
class Chip:
    """One active filter, and the query string without it."""

    name: _StrOrPromise
    value: _StrOrPromise
    query: str


@dataclass(frozen=True)
class Column:
    """A column of the table: its name, the sorting that a click asks for (with its address), and the present one."""

    key: str
    name: _StrOrPromise
    number: bool
    wish: str
    query: str
    direction: str


def rail(filters: ModelFilters, cards: ModelCardQuerySet) -> list[RailFacet]:
    """The facets of the rail with their counts."""
    options = filters.options(cards)
    names = {key: facet.name for key, facet in FACETS.items()} | {f.key: f.name for f in registry.card_facets}
    return [_rail_facet(key, names[key], options[key]) for key in (*RAIL, *(f.key for f in registry.card_facets))]


def _rail_facet(key: str, name: _StrOrPromise, options: list[Option]) -> RailFacet:
    whole = len(options) <= SHOWN + 1
    first, more = (options, []) if whole else (options[:SHOWN], options[SHOWN:])
    return RailFacet(key, name, first, more, any(option.chosen for option in more))


def ranges(filters: ModelFilters, cards: ModelCardQuerySet) -> list[Range]:
    """The three ranges with histograms of the cards that match everything else."""
    log, dates = gettext_lazy("log scale"), gettext_lazy("by date")
    return [
        _range(filters, cards, "parameters", "parameters_min", "parameters_max", _("Parameters"), log, "7B"),
        _range(filters, cards, "tokens", "tokens_min", "tokens_max", _("Training tokens"), log, "1T"),
        _range(filters, cards, "released", "released_after", "released_before", _("Released"), dates, "2023-02"),
    ]


def _range(
    filters: ModelFilters,
    cards: ModelCardQuerySet,
    prefix: str,
    low: str,
    high: str,
    name: _StrOrPromise,
    note: _StrOrPromise,
    example: str,
) -> Range:
    everything = _numbers(cards, SPANS[prefix])
    drawing = histogram(
        _numbers(filters.apply(cards, without=prefix), SPANS[prefix]),
        span=(min(everything, default=1), max(everything, default=1)),
        low=_number(getattr(filters, low)),
        high=_number(getattr(filters, high)),
        log=prefix != "released",
    )
    raw, errors = filters.raw, filters.errors
    shown = (raw.get(low, ""), raw.get(high, ""), errors.get(low, []), errors.get(high, []))
    return Range(name, note, example, low, high, *shown, drawing)


def _numbers(cards: ModelCardQuerySet, column: str) -> list[float]:
    found = cards.order_by().exclude(**{f"{column}__isnull": True}).values_list(column, flat=True)
    return [number for number in map(_number, found) if number]


def _number(value: Any) -> float | None:
    """A number of a size or of a date (its day's ordinal)."""
    return float(value.toordinal() if hasattr(value, "toordinal") else value) if value else None


def chips(filters: ModelFilters, facets: Sequence[RailFacet]) -> list[Chip]:
    """One chip for each active filter."""
    found = [Chip(_("Text"), filters.search, filters.query(search=""))] if filters.search else []
    names = {(facet.key, option.value): option.name for facet in facets for option in [*facet.first, *facet.more]}
    for key, chosen in filters.facets.items():
        for value in chosen:
            rest = [other for other in chosen if other != value]
            name = FACETS[key].name if key in FACETS else next(f.name for f in registry.card_facets if f.key == key)
            shown = names.get((key, value)) or _closed_name(key, value)
            found.append(Chip(name, shown, filters.query(**{key: rest})))
    pairs = [
        (_("Parameters"), "parameters_min", "parameters_max"),
        (_("Tokens"), "tokens_min", "tokens_max"),
        (_("Released"), "released_after", "released_before"),
    ]
    return found + [chip for name, low, high in pairs for chip in _range_chip(filters, name, low, high)]


def _closed_name(key: str, value: str) -> _StrOrPromise:
    """The name of a value outside the rail."""
    return FACETS[key].names().get(value, value) if key in FACETS and FACETS[key].closed else value


def _range_chip(filters: ModelFilters, name: str, low: str, high: str) -> Iterable[Chip]:
    start = filters.raw[low] if getattr(filters, low) is not None else ""
    end = filters.raw[high] if getattr(filters, high) is not None else ""
    if start and end:
        shown = _("%(start)s to %(end)s") % {"start": start, "end": end}
    else:
        shown = _("from %(start)s") % {"start": start} if start else _("up to %(end)s") % {"end": end}
    if start or end:
        yield Chip(name, shown, filters.query(**{low: "", high: ""}))


def columns(filters: ModelFilters) -> list[Column]:
    """The columns of the table; a click sorts, numbers most first, and a second click turns the order."""
    plain = [
        ("name", _("Model"), False),
        ("architecture_family", _("Family"), False),
        ("stage", _("Stage"), False),
        ("parameters", _("Parameters"), True),
        ("training_tokens", _("Tokens"), True),
        ("tokens_per_parameter", _("Tokens per parameter"), True),
        ("release_date", _("Released"), True),
        ("licence", _("Licence"), False),
    ]
    registered = [(column.key, column.name, True) for column in registry.card_columns]
    return [_column(filters, key, name, number) for key, name, number in [*plain, *registered]]


def _column(filters: ModelFilters, key: str, name: _StrOrPromise, number: bool) -> Column:
    first, second = (f"-{key}", key) if number else (key, f"-{key}")
    sortable = number is False or key in _sortable()
    wish = second if filters.sort == first else first
    direction = {key: "ascending", f"-{key}": "descending"}.get(filters.sort, "none")
    return Column(key, name, number, wish, filters.query(sort=wish) if sortable else "", direction)


def _sortable() -> list[str]:
    return ["parameters", "training_tokens", "tokens_per_parameter", "release_date"] + [
        column.key for column in registry.card_columns if column.expression
    ]


def sorts(filters: ModelFilters) -> list[tuple[str, _StrOrPromise]]:
    """The choices of the sort box: the usual ones, and the present one if it is another."""
    usual: dict[str, _StrOrPromise] = {
        "-release_date": _("Newest first"),
        "release_date": _("Oldest first"),
        "name": _("Name"),
        "organisation": _("Organisation"),
        "-parameters": _("Parameters, most first"),
        "parameters": _("Parameters, fewest first"),
        "-training_tokens": _("Training tokens, most first"),
        "-tokens_per_parameter": _("Tokens per parameter, most first"),
    }
    for column in registry.card_columns:
        if column.expression:
            usual[f"-{column.key}"] = _("%(name)s, most first") % {"name": column.name}
    if filters.sort not in usual:
        named = {column.key: column.name for column in columns(filters)}
        usual[filters.sort] = named.get(filters.sort.lstrip("-"), filters.sort)
    return list(usual.items())


def extra_values(request: HttpRequest, cards: Sequence[ModelCard]) -> dict[int, list[tuple[str, Any]]]:
    """Card id to the key and value of each registered column."""
    ids = [card.pk for card in cards]
    filled = [(column.key, column.values(request, ids)) for column in registry.card_columns]
    return {pk: [(key, found.get(pk)) for key, found in filled] for pk in ids}


@dataclass(frozen=True)
class TrayAction:
    """A button of the tray; without an address it is not offered yet, and ``reason`` says why."""

    key: str
    name: _StrOrPromise
    address: str
    reason: str
    primary: bool


def tray_actions(user: AbstractBaseUser | AnonymousUser, slugs: list[str]) -> list[TrayAction]:
    """What may be done with the chosen models."""
    found = []
    for action in registry.selection_actions:
        if action.signed_in and not user.is_authenticated:
            continue
        most = action.most or len(slugs)
        fits = action.least <= len(slugs) <= most
        reason = "" if fits else _("takes %(least)d to %(most)d models") % {"least": action.least, "most": most}
        address = action.address(slugs) if fits else ""
        found.append(TrayAction(action.key, action.name, address, reason, action.primary))
    return found
