"""Points: standings with what is drawn of them. Pure but for addresses."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from evaluation.core.statistics import Interval, normalised, score_interval
from evaluation.models import Origin
from evaluation.plots.axes import Axis
from evaluation.plots.marks import ORIGIN_NAMES
from evaluation.standings import Standing
from modelcards.models import ModelCard


@dataclass(frozen=True, eq=False)
class Point:
    """One value of one model. ``x`` is None where the card does not state it; ``y``: the value as it is drawn.

    ``kept``: whether it may stand in a line with most others of its origin: measured the same way, or published.
    """

    standing: Standing
    x: float | None
    x_told: str
    y: float
    interval: Interval | None
    kept: bool = True

    @property
    def card(self) -> ModelCard:
        """Its model."""
        return self.standing.card

    @property
    def origin(self) -> str:
        """measured, imported or published."""
        return self.standing.origin

    @property
    def origin_name(self) -> str:
        """The origin on pages."""
        return str(ORIGIN_NAMES[self.origin])

    @property
    def family(self) -> str:
        """The architecture family of its model."""
        return self.card.architecture_family

    @property
    def address(self) -> str:
        """Where a click leads: its run, else its model."""
        if self.standing.run:
            return reverse("evaluation:run", args=[self.standing.run])
        return self.card.get_absolute_url()


def points(standings: Iterable[Standing], axis: Axis, as_normalised: bool = False) -> list[Point]:
    """A point for each standing that can be drawn so, by name and value.

    Of what was not published only values measured the same way as most others are ``kept``; of one that is
    ``as_normalised`` the chance level must be known.
    """
    found = list(standings)
    usual = usual_keys(found)
    drawn = [_point(one, axis, as_normalised, usual) for one in found]
    known = [one for one in drawn if one is not None]
    return sorted(known, key=lambda one: (one.card.name.lower(), one.card.slug, one.origin, one.standing.source))


def usual_keys(standings: Iterable[Standing]) -> dict[str, str]:
    """By origin the comparable key of the most models; published values have none."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for one in standings:
        if one.comparable_key:
            counts[one.origin][one.comparable_key] += 1
    return {origin: min(found, key=lambda key: (-found[key], key)) for origin, found in counts.items()}


def _point(one: Standing, axis: Axis, as_normalised: bool, usual: dict[str, str]) -> Point | None:
    x = axis.of(one.card)
    span = score_interval(one.value, one.stderr, one.n)
    y: float | None = one.value
    if as_normalised:
        y = on_scale(one, one.value)
        span = (
            Interval(on_scale(one, span.low) or 0.0, on_scale(one, span.high) or 0.0)
            if span and y is not None
            else None
        )
    if y is None:
        return None
    known = x is not None and math.isfinite(x) and (x > 0 or not axis.log)
    kept = one.origin == Origin.PUBLISHED or (one.comparable_key != "" and one.comparable_key == usual.get(one.origin))
    return Point(one, x if known else None, axis.told(one.card) if known else "", y, span, kept)


def on_scale(one: Standing, value: float) -> float | None:
    """A value normalised by the chance level; None where that means nothing."""
    return normalised(value, one.chance) if one.higher_is_better and 0 <= one.value <= 1 else None


def one_a_model(found: Sequence[Point]) -> list[Point]:
    """Of each model and origin one point: of several published values the checked one, then the first by source."""
    chosen: dict[tuple[int, str], Point] = {}
    for one in sorted(found, key=lambda point: (point.standing.confidence != "checked", point.standing.source.lower())):
        chosen.setdefault((one.card.pk, one.origin), one)
    return [one for one in found if chosen[one.card.pk, one.origin] is one]


def several_sources(found: Sequence[Point]) -> int:
    """How many models have published values of more than one source here."""
    counts = Counter(one.card.pk for one in found if one.origin == Origin.PUBLISHED)
    return sum(number > 1 for number in counts.values())
