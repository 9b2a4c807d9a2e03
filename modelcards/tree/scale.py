"""Time upward: a monotone scale, linear inside a quarter, whose crowded quarters are taller."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

UNIT = 1.45
"""Units of height per unit of weight; 62 models of 2013 to 2023 come to about 1,270 units."""


def quarter(day: date) -> int:
    """Quarters since the year 0."""
    return day.year * 4 + (day.month - 1) // 3


def _weight(which: int, models: int) -> float:
    """How tall a quarter is: ``7 + 6 n^1.3`` from 2018 on; what came before is compressed."""
    if which < 2017 * 4:
        return 2.6 if models < 3 else 2.6 * models
    if which < 2017 * 4 + 2:
        return 8.0
    if which < 2018 * 4:
        return 20.0
    dawn = 9.0 if which < 2018 * 4 + 2 else 0.0
    return float(7.0 + dawn + 6.0 * models**1.3)


class TimeScale:
    """Dates to heights. ``y`` grows downward, as in a picture; the newest date is at ``top``."""

    def __init__(self, days: Iterable[date], top: float) -> None:
        days = list(days)
        crowd = Counter(quarter(day) for day in days)
        self.first = min([quarter(day) for day in days] + [2016 * 4])
        self.last = max([quarter(day) for day in days] + [2018 * 4])
        weights = [_weight(which, crowd[which]) for which in range(self.first, self.last + 1)]
        self.bottom = top + UNIT * sum(weights)
        self.edges = [self.bottom]
        for weight in weights:
            self.edges.append(self.edges[-1] - UNIT * weight)

    def y(self, day: date) -> float:
        """Height of a date."""
        start = date(day.year, (quarter(day) % 4) * 3 + 1, 1)
        position = quarter(day) - self.first + (day - start).days / 92
        return self.at(position)

    def at(self, position: float) -> float:
        """Height of a position in quarters since the first one."""
        index = max(0, min(len(self.edges) - 2, int(position)))
        return self.edges[index] + (self.edges[index + 1] - self.edges[index]) * (position - index)

    def years(self) -> range:
        """The years whose first day lies on the scale."""
        return range(-(-self.first // 4), (self.last + 1) // 4 + 1)
