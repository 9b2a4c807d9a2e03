"""The points of the scatter view: the first cards of the present order that state both numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice

from django.urls import reverse

from modelcards.browse.cells import released
from modelcards.browse.listed import Listed
from modelcards.browse.listing import find
from modelcards.browse.rows import cards_of, joined
from modelcards.browse.scatter import Figure, Point, scatter_figure
from modelcards.filters import ModelFilters
from modelcards.querysets import Reader
from modelcards.taxonomy import FAMILIES

MOST = 1000


@dataclass(frozen=True)
class Scatter:
    """The figure, how many models it shows of how many that state both numbers, and the families in it."""

    figure: Figure
    shown: int
    stating: int
    families: list[tuple[str, str]]

    @property
    def shown_text(self) -> str:
        """The number of points as it is read."""
        return f"{self.shown:,}"

    @property
    def stating_text(self) -> str:
        """The number of models with both numbers as it is read."""
        return f"{self.stating:,}"


def scatter(filters: ModelFilters, user: Reader) -> Scatter:
    """The scatter view of what matches."""
    stating = replace(filters, parameters_min=filters.parameters_min or 1, tokens_min=filters.tokens_min or 1)
    found = find(stating, user)
    cards = cards_of(list(islice(found.ids(), MOST)), user)
    points = _points(cards, set(filters.chosen))
    present = {point.family for point in points}
    families = [(family.css, str(family.name)) for key, family in FAMILIES.items() if key in present]
    return Scatter(scatter_figure(points), len(points), found.count, families)


def _points(cards: list[Listed], chosen: set[str]) -> list[Point]:
    base, made_by = reverse("modelcards:browse"), joined(cards, "organisation")
    return [
        Point(
            f"{base}{card.slug}/",
            card.name,
            made_by.get(card.pk, ""),
            card.architecture_family,
            card.open_weights,
            card.parameters,
            card.training_tokens,
            released(card),
            card.slug in chosen,
        )
        for card in cards
        if card.parameters and card.training_tokens
    ]
