"""Few differences, or few different ones: every sum that their signs can give, in two halves (Horowitz and Sahni 1974).

A sum is one of the first half plus one of the second. Both are sorted, so that of each sum of the first those of the
second that reach far enough are found at once: 2^16 twice instead of 2^32.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from evaluation.core.statistics.basics import special

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Weighted = tuple[Floats, Floats]
"""Sums, sorted, and the share of the signs that give each."""

SUMS = 2**16
"""So many sums each half may have."""
ROUNDING = 1e-10
"""Sums that differ by less, as a share of the largest one, are equal."""
WHOLE = 128
"""Up to so many whole numbers it is worth a try: their sums meet often, so that there may be fewer than it seems."""


def tail_of_halves(first: Weighted, second: Weighted, seen: float) -> float:
    """The chance that |S| is at least ``seen``, within rounding."""
    least = seen - ROUNDING * float(first[0][-1] + second[0][-1])
    if least <= 0:
        return 1.0
    above = np.append(np.cumsum(second[1][::-1])[::-1], 0.0)
    return 2 * float(first[1] @ above[np.searchsorted(second[0], least - first[0], side="left")])


def halves_of(sizes: Floats, counts: Whole) -> tuple[Weighted, Weighted] | None:
    """The sums of so many of each size with either sign, shared out over two halves; None where there are too many."""
    whole = bool((sizes == np.rint(sizes)).all()) and 2 * len(counts) <= counts.sum() <= WHOLE
    if not whole and float(np.log2(counts + 1.0).sum()) > 2 * math.log2(SUMS):
        return None
    small = large = (np.zeros(1), np.ones(1))
    for size, count in sorted(zip(sizes, counts, strict=True), key=lambda one: -one[1]):
        if len(small[0]) * (count + 1) > 2 * SUMS:
            return None
        grown = _with(small, float(size), int(count))
        small, large = (grown, large) if len(grown[0]) <= len(large[0]) else (large, grown)
    return (small, large) if len(large[0]) <= SUMS else None


def _with(sums: Weighted, size: float, count: int) -> Weighted:
    """The sums with so many more of one size, sorted; equal ones become one."""
    flips = np.arange(count + 1)
    shares = np.exp(_log_binomial(count, flips) - count * math.log(2))
    values = (sums[0] + (2 * flips - count)[:, None] * size).ravel()
    weights = (sums[1] * shares[:, None]).ravel()
    order = np.argsort(values, kind="stable")
    values, weights = values[order], weights[order]
    first = np.append(True, np.diff(values) > ROUNDING * max(1.0, abs(values[-1])))
    return values[first], np.add.reduceat(weights, np.flatnonzero(first))


def _log_binomial(count: int, chosen: Whole) -> Floats:
    gammaln = special().gammaln
    return np.asarray(gammaln(count + 1) - gammaln(chosen + 1) - gammaln(count - chosen + 1))
