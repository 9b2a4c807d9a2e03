"""Time upward: a monotone scale, linear inside a quarter, whose crowded quarters are taller."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import MAXYEAR, date
from itertools import groupby

UNIT = 1.45
"""Units of height per unit of weight; 62 models of 2013 to 2023 come to about 1,270 units."""
CROWDED = 6
"""Up to so many models a quarter has room for each of them below the other; beyond, they stand side by side too."""
GROWTH = 0.55
"""The height of a crowded quarter grows like this power of its models, so that a picture keeps its shape."""
LEAST = 1.8
"""Weight that each model of a quarter needs at least: twigs leave a stem on two sides, 5 units apart."""


IDLE, APART = 40, 8.0
"""So many quarters without a model have their height; and how far apart, in units, the lines of two years are."""
_DAWN, _LATE = 2016 * 4, 2018 * 4 + 2


def quarter(day: date) -> int:
    """Quarters since the year 0."""
    return day.year * 4 + (day.month - 1) // 3


def _crowd(models: int) -> float:
    """What the models of a quarter add to its height."""
    if models <= CROWDED:
        return float(6.0 * models**1.3)
    return max(float(6.0 * CROWDED**1.3 * (models / CROWDED) ** GROWTH), LEAST * models)


def _weight(which: int, models: int, dawn: float) -> float:
    """How tall a quarter is. What came before 2017 is compressed; in the dawn the stems bend away from the trunk."""
    if which < 2017 * 4:
        return (2.6 if which < 2016 * 4 else 4.0) * max(1, models - 1)
    if which < 2017 * 4 + 2:
        return 12.0
    if which < 2018 * 4:
        return 20.0 * dawn
    return 7.0 + (9.0 * dawn if which < 2018 * 4 + 2 else 0.0) + _crowd(models)


def _close(weights: list[float], idle: Sequence[bool]) -> None:
    """Makes each run of more than ``IDLE`` quarters without a model as tall as so many: a date that somebody mistyped
    by centuries must not make the picture of all others a line."""
    at = 0
    for empty, run in groupby(idle):
        length = len(list(run))
        if empty and length > IDLE:
            weights[at : at + length] = [weight * IDLE / length for weight in weights[at : at + length]]
        at += length


class TimeScale:
    """Dates to heights. ``y`` grows downward, as in a picture; the newest date is at ``top``.

    ``room``: how much taller the dawn is made than the number of models asks for.
    """

    def __init__(self, days: Iterable[date], top: float, room: float = 1.0) -> None:
        days = list(days)
        crowd = Counter(quarter(day) for day in days)
        self.first = min([*crowd, 2016 * 4])
        self.last = max([*crowd, 2018 * 4])
        dawn = room * max(1.0, (16 + math.sqrt(len(days))) / 24)
        quarters = range(self.first, self.last + 1)
        weights = [_weight(which, crowd[which], dawn) for which in quarters]
        _close(weights, [not crowd[which] and not _DAWN <= which < _LATE for which in quarters])
        self.bottom = top + UNIT * sum(weights)
        self.edges = [self.bottom]
        for weight in weights:
            self.edges.append(self.edges[-1] - UNIT * weight)

    def y(self, day: date) -> float:
        """Height of a date."""
        which = quarter(day)
        passed = (day.toordinal() - date(day.year, which % 4 * 3 + 1, 1).toordinal()) / 92
        return self.at(which - self.first + passed)

    def at(self, position: float) -> float:
        """Height of a position in quarters since the first one; beyond the ends, that of the end."""
        position = max(0.0, min(float(len(self.edges) - 1), position))
        index = max(0, min(len(self.edges) - 2, int(position)))
        return self.edges[index] + (self.edges[index + 1] - self.edges[index]) * (position - index)

    def years(self) -> list[int]:
        """The years whose first day lies on the scale, without those that begin too near the one before."""
        found: list[int] = []
        last = math.inf
        for year in range(-(-self.first // 4), min(MAXYEAR, (self.last + 1) // 4) + 1):
            if (height := self.at(year * 4 - self.first)) <= last - APART:
                found.append(year)
                last = height
        return found
