"""The paired sign-flip permutation test (Fisher 1935) without random numbers.

If two models are alike, each document's difference could as well have had the other sign. The p-value is the share of
all 2^m ways to set the signs of the m differences that are not zero whose sum S is at least as far from zero as the
one seen, within rounding, as SciPy's ``permutation_test`` counts it. Three ways lead there:

- few differences: every sum, as pairs of the sums of two halves (Horowitz and Sahni 1974);
- differences that are whole multiples of a unit: S has a characteristic function that is periodic, and a finite sum
  over its frequencies gives the exact distribution (Pagano and Tritchler 1983);
- any others: the integral of Gil-Pelaez (1951) over the characteristic function, the product of cos(t d), by the
  trapezoid rule (Davies 1973). It falls like that of a normal distribution, so that a few dozen frequencies do.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

FEW = 32
"""Up to so many differences all sums are formed, when no unit is found."""
FINEST = 2.0**20
"""The unit of a lattice is at least the largest difference over this; so many frequencies are looked at, at most."""
REACH = 8.5
"""|S| is beyond so many standard deviations with a chance below 2 exp(-36) = 4e-16 (Hoeffding 1963)."""
ROUNDING = 1e-12


def sign_flip_p(differences: ArrayLike) -> float:
    """The two-sided p-value; 1 where no difference is other than zero. Raises ValueError if one is not finite.

    Exact to 1e-12 on a lattice and for few differences; else within 1e-6 (docs/statistics.md says when and why).
    """
    gaps = np.asarray(differences, dtype=float).ravel()
    if not np.isfinite(gaps).all():
        raise ValueError("a difference is not finite")
    largest = float(np.abs(gaps).max(initial=0.0))
    if largest == 0:
        return 1.0
    gaps = gaps / largest
    gaps = gaps[np.abs(gaps) > ROUNDING]
    unit = _unit(np.abs(gaps)) if len(gaps) > FEW // 2 else None
    if unit is not None:
        return _of_lattice(np.rint(gaps / unit).astype(np.int64))
    sizes, seen = np.abs(gaps), abs(math.fsum(gaps))
    return _of_halves(sizes, seen) if len(gaps) <= FEW else _of_integral(sizes, seen)


def _bounded(p: float, count: int) -> float:
    """Between the smallest p-value that so many signs can give and 1."""
    return min(1.0, max(p, 2.0 ** (1 - count) if count < 1000 else 0.0))


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


def _of_halves(sizes: Floats, seen: float) -> float:
    """Every sum, as one of the first half of the signs and one of the second."""
    least = seen - ROUNDING * float(sizes.sum())
    if least <= 0:
        return 1.0
    middle = len(sizes) // 2
    first, second = _sums(sizes[:middle]), _sums(sizes[middle:])
    at_least = len(second) * len(first) - int(np.searchsorted(second, least - first, side="left").sum())
    return 2 * at_least / 2.0 ** len(sizes)


def _sums(sizes: Floats) -> Floats:
    """All sums with either sign, sorted."""
    sums = np.zeros(1)
    for size in sizes:
        sums = np.sort(np.concatenate([sums - size, sums + size]), kind="stable")
    return sums


def _of_lattice(steps: NDArray[np.int64]) -> float:
    """Whole numbers: S takes every other one. The sum over frequencies of its characteristic function times that of
    the numbers nearer to zero than the one seen gives their share; the window is so wide that nothing wraps around."""
    sizes, counts = np.unique(np.abs(steps), return_counts=True)
    seen, deviation = abs(int(steps.sum())), math.sqrt(float(counts @ sizes.astype(float) ** 2))
    if seen < 2:
        return 1.0
    if seen > REACH * deviation:
        return _bounded(0.0, len(steps))
    points = math.ceil((seen + REACH * deviation) / 2) + 1
    if points > FINEST:
        return _of_integral(np.abs(steps).astype(float), seen - 1.0)
    # The second half of the frequencies mirrors the first.
    angles: Floats = np.asarray(np.pi / points * np.arange(1, (points + 1) // 2), dtype=float)
    angles, product = _product(angles, sizes, counts)
    inside = seen - 1 + 2 * float(product @ (np.sin((seen - 1) * angles) / np.sin(angles)))
    if points % 2 == 0:
        inside += float(np.prod(np.cos(np.pi / 2 * sizes) ** counts)) * math.sin((seen - 1) * math.pi / 2)
    return _bounded(1 - inside / points, len(steps))


def _product(angles: Floats, sizes: NDArray[np.int64], counts: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """The characteristic function at those frequencies where it is not all but zero, and these."""
    product = np.ones(len(angles))
    done = 0
    order = np.argsort(-counts, kind="stable")
    while done < len(order) and len(angles):
        part = order[done : done + max(1, 100_000 // len(angles))]
        product *= (np.cos(np.outer(sizes[part], angles)) ** counts[part][:, None]).prod(axis=0)
        alive = np.abs(product) > 1e-20
        angles, product = angles[alive], product[alive]
        done += len(part)
    return angles, product


def _of_integral(sizes: Floats, seen: float) -> float:
    """The share of |S| that is not below ``seen``, which half of |S| = seen belongs to."""
    deviation = math.sqrt(float(sizes @ sizes))
    if seen > REACH * deviation:
        return _bounded(0.0, len(sizes))
    step = 2 * math.pi / (seen + REACH * deviation)
    block = math.ceil(7 / deviation / step)
    inside = 0.0
    for start in range(0, 8192, block):
        places = np.arange(start, start + block) + 0.5
        product = np.cos(np.outer(sizes, places * step)).prod(axis=0)
        inside += 2 / math.pi * float(product @ (np.sin(seen * step * places) / places))
        if np.abs(product).max() < 1e-10:
            break
    return _bounded(1 - inside, len(sizes))
