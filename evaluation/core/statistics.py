"""Intervals, differences and tests. Pure; every function says its formula's source.

Scores of 0 or 1 documents have no uncertainty that anyone could know: the answer is None, never 0.
Intervals are two-sided; ``level`` is their confidence (0.95). Input that is not finite gives None.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

LEVEL = 0.95


@dataclass(frozen=True)
class Interval:
    """A confidence interval."""

    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Whether a value lies in it, its ends included."""
        return self.low <= value <= self.high


@dataclass(frozen=True)
class Difference:
    """``first - second`` with its interval and the two-sided p-value of no difference.

    ``method`` is one of ``paired-binary``, ``paired-mean``, ``two-proportions``, ``two-means``; ``n``: documents
    (of the smaller side, where two sets were compared).
    """

    value: float
    interval: Interval
    p: float
    method: str
    n: int


def _special() -> Any:
    """Special functions: taken in by the first who computes, since web processes that do not save ten megabytes."""
    from scipy import special

    return special


def _z(level: float) -> float:
    return float(_special().ndtri(0.5 + level / 2))


def wilson(successes: float, n: int, level: float = LEVEL) -> Interval | None:
    """Score interval of a proportion (Wilson 1927). None for n below 2 or successes outside 0..n."""
    if n < 2 or not math.isfinite(successes) or not 0 <= successes <= n:
        return None
    z, share = _z(level), successes / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low = 0.0 if successes == 0 else centre - half
    high = 1.0 if successes == n else centre + half
    return Interval(low, high)


def mean_interval(mean: float, stderr: float | None, n: int | None, level: float = LEVEL) -> Interval | None:
    """``mean ± t s``, with Student's t at n - 1 degrees of freedom, or the normal quantile where n is not known.

    None without a positive standard error: a mean of equal values tells nothing of its uncertainty.
    """
    if stderr is None or not math.isfinite(mean) or not math.isfinite(stderr) or stderr <= 0:
        return None
    if n is not None and n < 2:
        return None
    reach = stderr * (_z(level) if n is None else float(_special().stdtrit(n - 1, 0.5 + level / 2)))
    return Interval(mean - reach, mean + reach)


def is_proportion(value: float, stderr: float | None, n: int | None) -> bool:
    """Whether a score is a share of documents: a whole number of successes with the standard error of one.

    lm-eval's standard error of a mean is ``sqrt(p (1 - p) / (n - 1))`` for values of 0 and 1.
    """
    if n is None or n < 2 or stderr is None or not 0 <= value <= 1:
        return False
    whole = abs(value * n - round(value * n)) < 1e-6 * n
    return whole and math.isclose(stderr, math.sqrt(value * (1 - value) / (n - 1)), rel_tol=1e-3, abs_tol=1e-9)


def score_interval(value: float, stderr: float | None, n: int | None, level: float = LEVEL) -> Interval | None:
    """The interval of a score: Wilson's for a share of documents, else Student's."""
    if is_proportion(value, stderr, n):
        assert n is not None
        return wilson(round(value * n), n, level)
    return mean_interval(value, stderr, n, level)


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
    p = 2 * float(_special().ndtr(-abs(p1 - p2) / spread)) if spread else 1.0
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
    reach = spread * float(_special().stdtrit(freedom, 0.5 + level / 2))
    p = 2 * float(_special().stdtr(freedom, -abs(value) / spread))
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


def mcnemar(only_first: int, only_second: int) -> float:
    """Exact two-sided p-value of McNemar's test (1947) from the documents that only one of the two got right."""
    discordant = only_first + only_second
    if discordant == 0:
        return 1.0
    return min(1.0, 2 * float(_special().bdtr(min(only_first, only_second), discordant, 0.5)))


def paired_difference(first: Sequence[float], second: Sequence[float], level: float = LEVEL) -> Difference | None:
    """Two scores of the same documents, in the same order. None below two documents. Raises ValueError if unequal.

    Values of 0 and 1: exact McNemar test, and the adjusted Wald interval of Bonett and Price (2012), which stays open
    where the two agree on every document. Others: Student's paired t; None where all differences are equal.
    """
    if len(first) != len(second):
        raise ValueError(f"{len(first)} and {len(second)} documents: pairs need the same ones")
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if len(a) < 2 or not (np.isfinite(a).all() and np.isfinite(b).all()):
        return None
    if np.isin(a, (0.0, 1.0)).all() and np.isin(b, (0.0, 1.0)).all():
        return _paired_binary(int(((a == 1) & (b == 0)).sum()), int(((a == 0) & (b == 1)).sum()), len(a), level)
    gaps = a - b
    value, n = float(gaps.mean()), len(gaps)
    spread = float(gaps.std(ddof=1)) / math.sqrt(n)
    if spread <= 0:
        return None
    reach = spread * float(_special().stdtrit(n - 1, 0.5 + level / 2))
    p = 2 * float(_special().stdtr(n - 1, -abs(value) / spread))
    return Difference(value, Interval(value - reach, value + reach), p, "paired-mean", n)


def _paired_binary(only_first: int, only_second: int, n: int, level: float) -> Difference:
    p12, p21 = (only_first + 1) / (n + 2), (only_second + 1) / (n + 2)
    centre = p12 - p21
    reach = _z(level) * math.sqrt((p12 + p21 - centre**2) / (n + 2))
    interval = Interval(max(-1.0, centre - reach), min(1.0, centre + reach))
    value = (only_first - only_second) / n
    return Difference(value, interval, mcnemar(only_first, only_second), "paired-binary", n)


def holm(values: Sequence[float | None]) -> list[float | None]:
    """p-values for many questions at once (Holm 1979), in the order given; None stays None and counts for nothing."""
    known = sorted((p, place) for place, p in enumerate(values) if p is not None)
    adjusted: list[float | None] = [None] * len(values)
    highest = 0.0
    for rank, (p, place) in enumerate(known):
        highest = max(highest, min(1.0, (len(known) - rank) * p))
        adjusted[place] = highest
    return adjusted
