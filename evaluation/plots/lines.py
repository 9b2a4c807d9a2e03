"""Lines through points: the least-squares line of each family with its band, and the frontier. Pure.

Both are made of one origin at a time, of points that may stand in a line together, and of one value for each model.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evaluation.core.statistics import Fit, fit_line
from evaluation.plots.axes import YEAR, Axis
from evaluation.plots.marks import ORIGIN_NAMES
from evaluation.plots.points import Point, one_a_model

FEWEST = 3
STEPS = 40
MOST_MARKS = 2000


@dataclass(frozen=True)
class Scales:
    """The scales of both axes: each logarithmic or not."""

    x_log: bool
    y_log: bool

    def across(self, x: float) -> float:
        """A place on the x axis, in the unit in which slopes are told: tenfolds on a logarithmic one."""
        return math.log10(x) if self.x_log else x

    def up(self, y: float) -> float:
        """A place on the y axis."""
        return math.log10(y) if self.y_log else y

    def value(self, place: float) -> float:
        """The value at a place on the y axis."""
        return float(10**place) if self.y_log else place


@dataclass(frozen=True)
class FamilyFit:
    """The line of one family and origin. ``fit`` None: too few models, or all at one place of the axis.

    ``xs`` with ``centre``, ``low`` and ``high``: the line and its 95 % band, as they are drawn.
    """

    family: str
    origin: str
    n: int
    fit: Fit | None
    xs: tuple[float, ...] = ()
    centre: tuple[float, ...] = ()
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    slope: float | None = None
    """Change of the value (on a logarithmic scale: of its decimal logarithm) for one tenfold, or one year."""

    @property
    def origin_name(self) -> str:
        """The origin on pages."""
        return str(ORIGIN_NAMES[self.origin])


def drawable(found: Sequence[Point], scales: Scales) -> list[Point]:
    """The points that have a place on both axes."""
    return [one for one in found if one.x is not None and (not scales.y_log or one.y > 0)]


def thinned(drawn: Sequence[Point], frontiers: Mapping[str, Sequence[Point]]) -> list[Point]:
    """Of very many points every second, third and so on by name, and all of the frontier: marks that cover one another
    tell nothing more, and weigh on the page. Lines are made of all."""
    if len(drawn) <= MOST_MARKS:
        return list(drawn)
    best = {id(one) for mine in frontiers.values() for one in mine}
    step = math.ceil(len(drawn) / MOST_MARKS)
    return [one for place, one in enumerate(drawn) if place % step == 0 or id(one) in best]


def family_fits(found: Sequence[Point], axis: Axis, scales: Scales) -> list[FamilyFit]:
    """A line for each family and origin, those with most models first."""
    groups: dict[tuple[str, str], list[Point]] = defaultdict(list)
    for one in one_a_model([point for point in drawable(found, scales) if point.kept]):
        groups[one.family, one.origin].append(one)
    fits = [_family_fit(family, origin, mine, axis, scales) for (family, origin), mine in groups.items()]
    return sorted(fits, key=lambda one: (-one.n, one.family, one.origin))


def _family_fit(family: str, origin: str, mine: Sequence[Point], axis: Axis, scales: Scales) -> FamilyFit:
    places = [scales.across(one.x or 0.0) for one in mine]
    fit = fit_line(places, [scales.up(one.y) for one in mine])
    if fit is None:
        return FamilyFit(family, origin, len(mine), None)
    first, last = min(places), max(places)
    at = [first + (last - first) * step / (STEPS - 1) for step in range(STEPS)]
    centre, low, high = (tuple(scales.value(float(place)) for place in line) for line in fit.band(at))
    xs = tuple(float(10**place) if scales.x_log else place for place in at)
    slope = fit.slope * (YEAR if axis.key == "date" else 1.0)
    return FamilyFit(family, origin, len(mine), fit, xs, centre, low, high, slope)


def frontier(found: Sequence[Point], scales: Scales) -> dict[str, list[Point]]:
    """By origin the models that no other with as little or less of x reaches or beats: the best for their size.

    None for an origin where it is not known whether higher is better. Equal values at one place: the first by name.
    """
    groups: dict[str, list[Point]] = defaultdict(list)
    for one in one_a_model([point for point in drawable(found, scales) if point.kept]):
        groups[one.origin].append(one)
    return {origin: _best(mine) for origin, mine in groups.items() if _direction(mine) is not None}


def _direction(mine: Sequence[Point]) -> bool | None:
    told = {one.standing.higher_is_better for one in mine}
    return told.pop() if len(told) == 1 else None


def _best(mine: Sequence[Point]) -> list[Point]:
    sign = 1 if _direction(mine) else -1
    best: list[Point] = []
    for one in sorted(mine, key=lambda point: (point.x or 0.0, -sign * point.y, point.card.name.lower())):
        if not best or sign * one.y > sign * best[-1].y:
            best.append(one)
    return best
