"""Two scores of independent documents: where only values, errors and counts are known."""

from __future__ import annotations

import math

from evaluation.core.statistics.basics import LEVEL, Difference, Interval, special, t_quantile
from evaluation.core.statistics.intervals import is_proportion, wilson


def difference_of_proportions(k1: int, n1: int, k2: int, n2: int, level: float = LEVEL) -> Difference | None:
    """Two shares of independent documents: Newcombe's hybrid score interval (1998, method 10), pooled z test."""
    first, second = wilson(k1, n1, level), wilson(k2, n2, level)
    if first is None or second is None:
        return None
    p1, p2 = k1 / n1, k2 / n2
    low = p1 - p2 - math.hypot(p1 - first.low, second.high - p2)
    high = p1 - p2 + math.hypot(first.high - p1, p2 - second.low)
    pooled = (k1 + k2) / (n1 + n2)
    spread = math.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
    p = 2 * float(special().ndtr(-abs(p1 - p2) / spread)) if spread else 1.0
    return Difference(p1 - p2, Interval(low, high), p, "two-proportions", min(n1, n2))


def difference_of_means(
    mean1: float, stderr1: float | None, n1: int | None, mean2: float, stderr2: float | None, n2: int | None,
    level: float = LEVEL,
) -> Difference | None:  # fmt: skip
    """Two means of independent documents: Welch's t (1947), degrees of freedom after Satterthwaite (1946)."""
    if stderr1 is None or stderr2 is None or n1 is None or n2 is None or min(n1, n2) < 2:
        return None
    var1, var2 = stderr1**2, stderr2**2
    if not all(map(math.isfinite, (mean1, mean2, var1, var2))) or var1 + var2 <= 0:
        return None
    freedom = (var1 + var2) ** 2 / (var1**2 / (n1 - 1) + var2**2 / (n2 - 1))
    value, spread = mean1 - mean2, math.sqrt(var1 + var2)
    reach = spread * t_quantile(freedom, level)
    p = 2 * float(special().stdtr(freedom, -abs(value) / spread))
    return Difference(value, Interval(value - reach, value + reach), p, "two-means", min(n1, n2))


def difference_of_scores(
    value1: float, stderr1: float | None, n1: int | None, value2: float, stderr2: float | None, n2: int | None,
    level: float = LEVEL,
) -> Difference | None:  # fmt: skip
    """Two scores of independent documents: as shares where both are, else as means."""
    if is_proportion(value1, stderr1, n1) and is_proportion(value2, stderr2, n2):
        assert n1 is not None
        assert n2 is not None
        return difference_of_proportions(round(value1 * n1), n1, round(value2 * n2), n2, level)
    return difference_of_means(value1, stderr1, n1, value2, stderr2, n2, level)
