"""The paired sign-flip permutation test (Fisher 1935) without random numbers.

If two models are alike, each document's difference could as well have had the other sign. The p-value is the share of
all 2^m ways to set the signs of the m differences that are not zero whose sum S is at least as far from zero as the
one seen, within rounding, as SciPy's ``permutation_test`` counts it. Three ways lead there:

- differences that are whole multiples of a unit: the characteristic function of S is periodic, and a finite sum over
  its frequencies gives the exact distribution (Pagano and Tritchler 1983);
- few differences, or few different ones: every sum, in two halves (Horowitz and Sahni 1974);
- any others: the integral of Gil-Pelaez (1951) over the characteristic function, the product of cos(t d), by the
  trapezoid rule (Davies 1973). It falls like that of a normal distribution, so that a few dozen frequencies do.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evaluation.core.statistics.basics import special

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Weighted = tuple[Floats, Floats]

FINEST = 2**20
"""The unit of a lattice is at least the largest difference over this."""
FREQUENCIES = 2**15
"""So many are looked at, at most, to sum up a lattice."""
SUMS = 2**16
"""So many sums each half may have."""
REACH = 8.5
"""|S| is beyond so many standard deviations with a chance below 2 exp(-36) = 4e-16 (Hoeffding 1963)."""
MOST_FREQUENCIES = 2**13
TERMS = 14
ROUNDING = 1e-10
"""Sums that differ by less, as a share of the largest one, are equal."""


def sign_flip_p(differences: ArrayLike) -> float:
    """The two-sided p-value; 1 where no difference is other than zero. Raises ValueError if one is not finite.

    The first two ways are exact to 1e-12; the third counts sums equal to the one seen by half and is within 1e-6
    where that hardly happens (docs/statistics.md says how it was measured).
    """
    gaps = np.asarray(differences, dtype=float).ravel()
    if not np.isfinite(gaps).all():
        raise ValueError("a difference is not finite")
    largest = float(np.abs(gaps).max(initial=0.0))
    if largest == 0:
        return 1.0
    gaps = gaps / largest
    gaps = gaps[np.abs(gaps) > 1e-12]
    p = _of_differences(np.abs(gaps), abs(float(gaps.sum())))
    # No fewer than the signs as seen and all of them turned.
    return min(1.0, max(p, math.ldexp(1.0, 1 - min(len(gaps), 1000))))


def _of_differences(sizes: Floats, seen: float) -> float:
    """The p-value of the sum ``seen``, of sizes up to 1."""
    unit = _unit(sizes)
    if unit is not None:
        steps, counts = np.unique(np.rint(sizes / unit), return_counts=True)
        # Between two numbers of the lattice, so that no sum equals it.
        least = round(seen / unit) - 1.0
        exact = _of_lattice(steps, counts, round(seen / unit))
        return (
            exact
            if exact is not None
            else _of_others(steps, counts, least, len(steps) <= 64 and int(counts.sum()) <= 100)
        )
    rounded, counts = np.unique(np.round(sizes, 12), return_counts=True)
    # Without a unit hardly any two sums are equal: all of them must be formed.
    return _of_others(rounded, counts, seen, float(np.log2(counts + 1.0).sum()) <= 2 * math.log2(SUMS))


def _unit(sizes: Floats) -> float | None:
    """The largest number of which all sizes (up to 1) are whole multiples; None where it is finer than one looks."""
    unit = 1.0
    while True:
        steps = sizes / unit
        off = np.abs(steps - np.rint(steps)) > 1e-6
        if not off.any():
            return unit
        finer = _common(unit, float(sizes[int(off.argmax())]))
        if finer * FINEST < 1 or finer > 0.75 * unit:
            return None
        unit = 1 / round(1 / finer)


def _common(a: float, b: float) -> float:
    """Greatest common divisor of two numbers, of those not finer than one may look (Euclid)."""
    while b * FINEST > 0.5:
        a, b = b, abs(a - b * round(a / b))
    return a


def _of_lattice(steps: Floats, counts: Whole, seen: int) -> float | None:
    """Whole numbers, of which S takes every other one. None where that needs too many frequencies.

    The characteristic function times that of the numbers nearer to zero than ``seen``, summed over the frequencies,
    gives the share of these. Their window is so wide that nothing wraps around.
    """
    deviation = math.sqrt(float(counts @ steps**2))
    points = math.ceil((seen + REACH * deviation) / 2) + 1
    if seen < 2 or seen > REACH * deviation:
        return 1.0 if seen < 2 else 0.0
    if points > 2 * FREQUENCIES:
        return None
    # The frequencies of the second half mirror these; an odd number of points has none in the middle.
    points += 1 - points % 2
    angles, product = _characteristic(steps, counts, np.pi / points * np.arange(1, (points + 1) // 2))
    inside = seen - 1 + 2 * float(product @ (np.sin((seen - 1) * angles) / np.sin(angles)))
    return 1 - inside / points


def _characteristic(sizes: Floats, counts: Whole, angles: NDArray[Any]) -> tuple[Floats, Floats]:
    """The frequencies at which the characteristic function is not all but zero, and its values there."""
    product, done = np.ones(len(angles)), 0
    order = np.argsort(-counts, kind="stable")
    while done < len(order) and len(angles):
        part = order[done : done + max(1, 50_000 // len(angles))]
        product *= _powers(np.cos(np.outer(sizes[part], angles)), counts[part]).prod(axis=0)
        alive = np.abs(product) > 1e-16
        angles, product = angles[alive], product[alive]
        done += len(part)
    return angles, product


def _powers(rows: Floats, counts: Whole) -> Floats:
    """Each row to the power of its count."""
    if (counts == 1).all():
        return rows
    signs = np.where(counts[:, None] % 2 == 1, np.sign(rows), 1.0)
    return np.asarray(signs * np.abs(rows) ** counts[:, None].astype(float))


def _of_others(sizes: Floats, counts: Whole, seen: float, few: bool) -> float:
    """Sizes without a unit, or with one too fine; all sums are formed where they are ``few``."""
    halves = _halves(sizes, counts) if few else None
    return _of_integral(np.repeat(sizes, counts), seen) if halves is None else _of_halves(*halves, seen)


def _of_halves(first: Weighted, second: Weighted, seen: float) -> float:
    """Every sum, as one of either half; their shares."""
    least = seen - ROUNDING * float(first[0][-1] + second[0][-1])
    if least <= 0:
        return 1.0
    above = np.append(np.cumsum(second[1][::-1])[::-1], 0.0)
    return 2 * float(first[1] @ above[np.searchsorted(second[0], least - first[0], side="left")])


def _halves(sizes: Floats, counts: Whole) -> tuple[Weighted, Weighted] | None:
    """The sums of the sizes with either sign and their shares, shared out over two halves; None where too many."""
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


def _of_integral(sizes: Floats, seen: float) -> float:
    """The share of |S| that is not below ``seen``; of |S| = seen one half."""
    deviation = math.sqrt(float(sizes @ sizes))
    if seen > REACH * deviation:
        return 0.0
    step = 2 * math.pi / (seen + REACH * deviation)
    block = math.ceil(7 / deviation / step)
    inside = 0.0
    for start in range(0, MOST_FREQUENCIES, block):
        places = np.arange(start, start + block) + 0.5
        product = _product_of_cosines(sizes, places * step)
        inside += 2 / math.pi * float(product @ (np.sin(seen * step * places) / places))
        if np.abs(product).max() < 1e-10:
            break
    return 1 - inside


def _product_of_cosines(sizes: Floats, angles: NDArray[Any]) -> Floats:
    """The product of ``cos(size * angle)`` over the sizes, for each angle.

    Where all arguments are at most 1/2 the sum of the logarithms is a series in the squared angle whose terms are
    power sums of the sizes: ``log cos x = - sum over k of (2/pi)^2k (1 - 2^-2k) zeta(2k) / k x^2k``.
    """
    near = sizes * angles[-1] <= 0.5
    product = np.cos(np.outer(angles, sizes[~near])).prod(axis=1)
    squares, angle_squares = (sizes[near] * angles[-1]) ** 2, (angles / angles[-1]) ** 2
    powers, logarithm = np.ones(len(squares)), np.zeros(len(angles))
    for k, factor in enumerate(_factors(), start=1):
        powers *= squares
        logarithm -= factor * float(powers.sum()) * angle_squares**k
    return np.asarray(product * np.exp(logarithm))


@cache
def _factors() -> tuple[float, ...]:
    zeta = special().zeta
    return tuple((2 / math.pi) ** (2 * k) * (1 - 4.0**-k) * float(zeta(2 * k)) / k for k in range(1, TERMS + 1))
