"""The paired sign-flip permutation test (Fisher 1935) without random numbers.

If two models are alike, each document's difference could as well have had the other sign. The p-value is the share of
all 2^m ways to set the signs of the m differences that are not zero whose sum S is at least as far from zero as the
one seen, within rounding, as SciPy's ``permutation_test`` counts it. Three ways lead there: ``lattice`` for whole
multiples of a unit, ``halves`` for few differences or few different ones, ``integral`` for any others.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evaluation.core.statistics.halves import halves_of, tail_of_halves
from evaluation.core.statistics.integral import tail_of_integral
from evaluation.core.statistics.lattice import tail_of_lattice, unit_of

Floats = NDArray[np.float64]

ALL_SUMS = 20
"""Up to so many differences nothing is faster than to form all sums."""


def sign_flip_p(differences: ArrayLike) -> float:
    """The two-sided p-value; 1 where no difference is other than zero. Raises ValueError if one is not finite.

    The first two ways are exact to 1e-12. The third counts sums equal to the one seen by half, which differences
    without a unit hardly have, and is within 1e-6 (docs/statistics.md says how that was measured).
    """
    gaps = np.asarray(differences, dtype=float).ravel()
    if not np.isfinite(gaps).all():
        raise ValueError("a difference is not finite")
    largest = float(np.abs(gaps).max(initial=0.0))
    if largest == 0:
        return 1.0
    gaps = gaps / largest
    gaps = gaps[np.abs(gaps) > 1e-12]
    p = _tail(np.abs(gaps), abs(float(gaps.sum())))
    # No fewer than the signs as seen and all of them turned.
    return min(1.0, max(p, math.ldexp(1.0, 1 - min(len(gaps), 1000))))


def _tail(sizes: Floats, seen: float) -> float:
    """The chance that the sum of sizes up to 1, with signs by chance, is at least ``seen`` away from zero."""
    unit = unit_of(sizes) if len(sizes) > ALL_SUMS else None
    if unit is None:
        return _of_any(np.round(sizes, 12), seen)
    whole, reached = np.rint(sizes / unit).astype(np.int64), round(seen / unit)
    exact = tail_of_lattice(*np.unique(whole, return_counts=True), reached)
    # Between two numbers that S can be, so that it equals neither.
    return _of_any(whole.astype(float), reached - 1.0) if exact is None else exact


def _of_any(sizes: Floats, seen: float) -> float:
    """The same by all sums, where those are few, else by the integral."""
    different, counts = np.unique(sizes, return_counts=True)
    halves = halves_of(different, counts)
    return tail_of_integral(sizes, seen) if halves is None else tail_of_halves(*halves, seen)
