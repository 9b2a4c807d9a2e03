"""The facets of the browse page and the API: their values, their conditions, and what choosing a value would give."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from modelcards import registry, taxonomy
from modelcards.licences import licence_names
from modelcards.models import Organisation
from modelcards.querysets import ModelCardQuerySet

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

# The value of a facet that stands for "not stated".
UNKNOWN = "unknown"


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


def _term_names(terms: dict[str, taxonomy.Term]) -> Callable[[], dict[str, _StrOrPromise]]:
    return lambda: {key: term.name for key, term in terms.items()}


def _organisations() -> dict[str, _StrOrPromise]:
    return dict(Organisation.objects.values_list("slug", "name"))


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
        Facet("language", _("Language"), "languages__code", dict),
        Facet("modality", _("Modality"), "modalities__key", dict),
        Facet("licence", _("Licence"), "licence_id", licence_names),
        Facet("relation", _("Made by"), "parent_links__relation", _term_names(taxonomy.RELATIONS), closed=True),
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
