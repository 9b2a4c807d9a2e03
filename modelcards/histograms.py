"""The small histograms of the browse page: pure, numbers in and bars out."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, BASE, TALLEST, BARS = 220.0, 33.0, 30.0, 28


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

    ``start`` and ``end`` are the numbers at its left and right edge: of all cards that the reader may see.
    """

    bars: list[Bar]
    low: float
    high: float
    start: float = 1.0
    end: float = 1.0


def histogram(
    numbers: Sequence[float], *, span: tuple[float, float], low: float | None, high: float | None, log: bool = True
) -> Histogram:
    """Bars of ``numbers`` over ``span``; no ``low`` or ``high``: that end is open. Log scale needs numbers above 0."""
    scale = math.log10 if log else float
    start, end = scale(span[0]), scale(span[1])
    width = (end - start) or 1.0

    def place(number: float) -> float:
        return min(1.0, max(0.0, (scale(number) - start) / width))

    left = place(low) if low else 0.0
    right = place(high) if high else 1.0
    counts = Counter(min(BARS - 1, int(place(number) * BARS)) for number in numbers)
    tallest = max(counts.values(), default=1)
    bars = [_bar(at, counts[at] / tallest, left, right) for at in sorted(counts)]
    return Histogram(bars, round(left * WIDTH, 1), round(right * WIDTH, 1), *span)


def _bar(at: int, share: float, left: float, right: float) -> Bar:
    step, height = WIDTH / BARS, TALLEST * share
    middle = (at + 0.5) / BARS
    inside = left - 0.5 / BARS <= middle <= right + 0.5 / BARS
    return Bar(round(at * step + 0.5, 1), round(BASE - height, 1), round(step - 1, 1), round(height, 1), inside)
