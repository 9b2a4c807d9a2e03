"""The small histograms of the browse page: pure, counts by bin in and bars out.

Bins are fixed steps of a scale (an eighth of a power of ten, a quarter of a year), so that an index can count them
beforehand whatever range of them a reader sees; neighbours share a bar where there are more bins than bars.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

WIDTH, BASE, TALLEST, BARS = 220.0, 33.0, 30.0, 28
BINS_PER_DECADE = 8


@dataclass(frozen=True)
class Scale:
    """How numbers fall into bins: ``place`` is the bin with its fraction, ``edge`` the number where a bin begins."""

    place: Callable[[float], float]
    edge: Callable[[int], float]

    def bin(self, number: float) -> int:
        """The bin of a number."""
        return math.floor(self.place(number))


@dataclass(frozen=True)
class Bar:
    """One bar in the drawing's units; ``inside`` the chosen range or not."""

    x: float
    y: float
    width: float
    height: float
    inside: bool


@dataclass(frozen=True)
class Histogram:
    """Bars and the two ends of the chosen range, in units of a drawing that is 220 wide.

    ``start`` and ``end`` are the numbers at its left and right edge: around all cards that the reader may see.
    """

    bars: list[Bar]
    low: float
    high: float
    start: float = 1.0
    end: float = 1.0


def histogram(
    counts: Mapping[int, int], *, span: tuple[int, int] | None, scale: Scale, low: float | None, high: float | None
) -> Histogram:
    """Bars of the cards by bin over ``span`` (first and last bin; None: no cards); no ``low`` or ``high``: open."""
    if span is None:
        return Histogram([], 0.0, WIDTH)
    first, _last = span
    share, number = _shared(span)

    def place(value: float) -> float:
        return min(1.0, max(0.0, (scale.place(value) - first) / (share * number)))

    left = place(low) if low else 0.0
    right = place(high) if high else 1.0
    heights = [sum(counts.get(first + at * share + i, 0) for i in range(share)) for at in range(number)]
    tallest = max(heights) or 1
    bars = [_bar(at, number, height / tallest, left, right) for at, height in enumerate(heights) if height]
    edges = scale.edge(first), scale.edge(first + share * number)
    return Histogram(bars, round(left * WIDTH, 1), round(right * WIDTH, 1), *edges)


def bars_of(span: tuple[int, int]) -> list[int]:
    """The last bin of each bar."""
    share, number = _shared(span)
    return [span[0] + (at + 1) * share - 1 for at in range(number)]


def _shared(span: tuple[int, int]) -> tuple[int, int]:
    """How many bins share a bar, and how many bars there are."""
    first, last = span
    share = math.ceil((last - first + 1) / BARS)
    return share, math.ceil((last - first + 1) / share)


def _bar(at: int, number: int, share: float, left: float, right: float) -> Bar:
    step, height = WIDTH / number, TALLEST * share
    inside = (at + 1) / number > left and at / number <= right
    return Bar(round(at * step + 0.5, 1), round(BASE - height, 1), round(step - 1, 1), round(height, 1), inside)


def _quarter_start(quarter: int) -> float:
    year, place = divmod(quarter, 4)
    if year >= 10_000:
        return float(datetime.date.max.toordinal() + 1)
    return float(datetime.date(year, 1 + 3 * place, 1).toordinal())


def _quarter_place(day: float) -> float:
    date = datetime.date.fromordinal(int(day))
    quarter = date.year * 4 + (date.month - 1) // 3
    start, end = _quarter_start(quarter), _quarter_start(quarter + 1)
    return quarter + (day - start) / (end - start)


# Sizes on a logarithmic scale, and days of the calendar as ordinals.
SIZES = Scale(lambda size: BINS_PER_DECADE * math.log10(size), lambda place: 10.0 ** (place / BINS_PER_DECADE))
DAYS = Scale(_quarter_place, _quarter_start)
