"""The facets of the browse page and the API: their values, their conditions, and what choosing a value would give."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db.models import Case, CharField, Count, FloatField, Q, Value, When
from django.db.models.functions import Cast
from django.db.models.lookups import GreaterThanOrEqual, LessThan
from django.utils.translation import gettext_lazy as _

from modelcards import registry, taxonomy
from modelcards.languages import language_names
from modelcards.licences import licence_names
from modelcards.models import Organisation
from modelcards.querysets import ModelCardQuerySet

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

# The value of a facet that stands for "not stated".
UNKNOWN = "unknown"
# The relation of a card that is made from no other one.
NONE = "none"
# Bands of training tokens per parameter by their lower end; about 20 is where training compute is best spent
# (Hoffmann et al. 2022, arXiv:2203.15556).
BANDS = {"under-1": 0.0, "1-10": 1.0, "10-20": 10.0, "20-100": 20.0, "100-1000": 100.0, "over-1000": 1000.0}


@dataclass(frozen=True)
class Option:
    """A value of a facet: how many cards it gives together with all other filters, and whether it is chosen."""

    value: str
    name: _StrOrPromise
    count: int
    chosen: bool
    css: str = ""


@dataclass(frozen=True)
class Facet:
    """A property with few values. Several chosen values of one facet are alternatives."""

    key: str
    name: _StrOrPromise
    column: str
    names: Callable[[], dict[str, _StrOrPromise]]
    closed: bool = False  # only the values of ``names`` are allowed
    always: bool = False  # values without cards are shown too

    def condition(self, values: Sequence[str]) -> Q:
        """Cards that have one of the values."""
        stated = [value for value in values if value != UNKNOWN]
        found = Q(**{f"{self.column}__in": stated}) if stated else Q()
        if UNKNOWN in values:
            found |= Q(**{f"{self.column}__isnull": True}) | (Q(**{self.column: ""}) if self.is_text else Q())
        return found

    @property
    def is_text(self) -> bool:
        """Whether "not stated" is written as a blank text."""
        return "__" not in self.column

    def allows(self, value: str) -> bool:
        """Whether this is a value of the facet."""
        return value == UNKNOWN or not self.closed or value in self.names()

    def counts(self, cards: ModelCardQuerySet) -> dict[str, int]:
        """How many of the cards have each value."""
        rows = cards.order_by().values_list(self.column).annotate(n=Count("pk", distinct=True))
        counts: dict[str, int] = {}
        for value, number in rows:
            key = UNKNOWN if value in (None, "") else str(value)
            counts[key] = counts.get(key, 0) + number
        return counts


@dataclass(frozen=True)
class YesNo(Facet):
    """A facet of a column that is true, false or not known; on the wire ``yes`` and ``no``."""

    def condition(self, values: Sequence[str]) -> Q:
        found = Q(**{f"{self.column}__in": [value == "yes" for value in values if value != UNKNOWN]})
        return found | Q(**{f"{self.column}__isnull": True}) if UNKNOWN in values else found

    def counts(self, cards: ModelCardQuerySet) -> dict[str, int]:
        words = {"True": "yes", "False": "no", UNKNOWN: UNKNOWN}
        return {words[value]: number for value, number in super().counts(cards).items()}


@dataclass(frozen=True)
class Relation(Facet):
    """How a card was made from its base models; ``none`` where it has no base model, ``unknown`` where only the how
    is not stated."""

    def condition(self, values: Sequence[str]) -> Q:
        stated = ["" if value == UNKNOWN else value for value in values if value != NONE]
        found = Q(**{f"{self.column}__in": stated}) if stated else Q(pk__in=[])
        return found | Q(**{f"{self.column}__isnull": True}) if NONE in values else found

    def counts(self, cards: ModelCardQuerySet) -> dict[str, int]:
        rows = cards.order_by().values_list(self.column).annotate(n=Count("pk", distinct=True))
        return {NONE if value is None else value or UNKNOWN: number for value, number in rows}


@dataclass(frozen=True)
class RatioBand(Facet):
    """The band of training tokens per parameter; ``unknown`` where one of the two is not stated."""

    def condition(self, values: Sequence[str]) -> Q:
        return reduce(or_, (_in_band(value) for value in values))

    def counts(self, cards: ModelCardQuerySet) -> dict[str, int]:
        band = Case(*(When(_in_band(key), then=Value(key)) for key in [*BANDS, UNKNOWN]), output_field=CharField())
        rows = cards.order_by().annotate(band=band).values_list("band").annotate(n=Count("pk", distinct=True))
        return dict(rows)


def tokens_per_parameter() -> Any:
    """The database's expression of training tokens divided by parameters."""
    return Cast("training_tokens", FloatField()) / Cast("parameters", FloatField())


def band_of(tokens: int | None, parameters: int | None) -> str:
    """The band of a card with these numbers."""
    if not tokens or not parameters:
        return UNKNOWN
    ratio = float(tokens) / float(parameters)
    return next(key for key, low in reversed(BANDS.items()) if ratio >= low)


def _in_band(value: str) -> Q:
    if value == UNKNOWN:
        return Q(training_tokens__isnull=True) | Q(parameters__isnull=True)
    lows = list(BANDS.values())
    above = [low for low in lows if low > BANDS[value]]
    inside = Q(GreaterThanOrEqual(tokens_per_parameter(), Value(BANDS[value])))
    return inside & Q(LessThan(tokens_per_parameter(), Value(above[0]))) if above else inside


def _term_names(terms: dict[str, taxonomy.Term]) -> Callable[[], dict[str, _StrOrPromise]]:
    return lambda: {key: term.name for key, term in terms.items()}


def _organisations() -> dict[str, _StrOrPromise]:
    return dict(Organisation.objects.values_list("slug", "name"))


def _relation_names() -> dict[str, _StrOrPromise]:
    return {**_term_names(taxonomy.RELATIONS)(), NONE: _("No base model")}


BAND_NAMES: dict[str, _StrOrPromise] = {
    "under-1": _("Under 1"),
    "1-10": _("1 to 10"),
    "10-20": _("10 to 20"),
    "20-100": _("20 to 100"),
    "100-1000": _("100 to 1,000"),
    "over-1000": _("Over 1,000"),
}

FACETS = {
    facet.key: facet
    for facet in [
        Facet(
            "architecture_family",
            _("Family"),
            "architecture_family",
            lambda: {key: family.name for key, family in taxonomy.FAMILIES.items()},
            closed=True,
            always=True,
        ),
        YesNo("open_weights", _("Weights"), "open_weights", lambda: {"yes": _("Open"), "no": _("Closed")}, True, True),
        Facet("objective", _("Objective"), "objective", _term_names(taxonomy.OBJECTIVES), closed=True),
        Facet("stage", _("Stage"), "stage", _term_names(taxonomy.STAGES), closed=True),
        Facet("organisation", _("Organisation"), "organisations__slug", _organisations),
        Facet("attention", _("Attention"), "attention", _term_names(taxonomy.ATTENTION), closed=True),
        Facet("language", _("Language"), "languages__code", language_names),
        Facet("modality", _("Modality"), "modalities__key", dict),
        Facet("licence", _("Licence"), "licence_id", licence_names),
        Relation("relation", _("Relation to base model"), "parent_links__relation", _relation_names, closed=True),
        RatioBand("tokens_per_parameter", _("Tokens per parameter"), "tokens_per_parameter", lambda: BAND_NAMES, True),
    ]
}


def options(facet: Facet, cards: ModelCardQuerySet, chosen: Sequence[str]) -> list[Option]:
    """The facet's values, most cards first; ``cards`` are filtered by everything but this facet."""
    counts, names = facet.counts(cards), facet.names()
    keys = dict.fromkeys([*(names if facet.always else ()), *counts, *chosen])
    family = taxonomy.FAMILIES if facet.key == "architecture_family" else {}
    found = [
        Option(
            key,
            _option_name(facet, key, names, counts),
            counts.get(key, 0),
            key in chosen,
            family[key].css if key in family else "",
        )
        for key in keys
    ]
    return sorted(found, key=lambda option: (option.value == UNKNOWN, -option.count, str(option.name)))


def _option_name(facet: Facet, key: str, names: dict[str, _StrOrPromise], counts: dict[str, int]) -> _StrOrPromise:
    """The value's name. An organisation none of whose cards the reader may see is not named."""
    if key == UNKNOWN:
        return _("Not stated")
    return names.get(key, key) if facet.closed or key in counts else key


def registered_options(key: str, cards: ModelCardQuerySet, chosen: Sequence[str]) -> list[Option]:
    """The values of a facet that another app registered."""
    facet = next(facet for facet in registry.card_facets if facet.key == key)
    return [
        Option(value, name, cards.filter(facet.condition(value)).count(), value in chosen)
        for value, name in facet.options
    ]
