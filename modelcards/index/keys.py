"""What is indexed of a card: the values of its facets, its place in each order, the bins of its histograms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from modelcards import registry
from modelcards.histograms import DAYS, SIZES, Scale

# Facets of which a card has one value, and those of which it may have several.
SINGLE = ("architecture_family", "open_weights", "objective", "stage", "attention", "licence", "tokens_per_parameter")
SEVERAL = ("organisation", "language", "modality", "relation")
# What the list can be sorted by: text as bytes without regard to ASCII case, whole numbers, and fractions.
TEXT = (
    *("name", "organisation", "architecture_family", "objective", "attention", "stage", "licence", "language"),
    *("modality", "relation"),
)
WHOLE = (
    *("parameters", "active_parameters", "training_tokens", "layers", "release_date", "open_weights", "updated_at"),
)
FRACTIONS = ("tokens_per_parameter",)


@dataclass(frozen=True)
class Span:
    """A range filter with its histogram: the names of its ends in the address, its sort key and its scale."""

    key: str
    low: str
    high: str
    sort: str
    scale: Scale


SPANS = {
    span.key: span
    for span in [
        Span("parameters", "parameters_min", "parameters_max", "parameters", SIZES),
        Span("tokens", "tokens_min", "tokens_max", "training_tokens", SIZES),
        Span("released", "released_after", "released_before", "release_date", DAYS),
    ]
}


def several() -> tuple[str, ...]:
    """Facets with several values: this app's and the registered ones."""
    return (*SEVERAL, *(facet.key for facet in registry.card_facets))


def fractions() -> tuple[str, ...]:
    """Sort keys that are fractions, with the registered columns that can be sorted by."""
    return (*FRACTIONS, *(column.key for column in registry.card_columns if column.read))


def sorts() -> tuple[str, ...]:
    """Every sort key."""
    return (*TEXT, *WHOLE, *fractions())


def readers() -> dict[str, Callable[..., object]]:
    """How the registered facets and columns read the values of many cards."""
    found: dict[str, Callable[..., object]] = {facet.key: facet.read for facet in registry.card_facets}
    return found | {column.key: column.read for column in registry.card_columns if column.read}


def shape() -> list[object]:
    """What a file of the index must agree with to be of use to this program."""
    return [list(SINGLE), list(several()), list(TEXT), list(WHOLE), list(fractions()), list(SPANS)]
