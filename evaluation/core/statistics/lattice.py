"""Differences that are whole multiples of a unit: the distribution of their sum with all signs, exactly.

The characteristic function of a sum of whole numbers is periodic, and a finite sum over its frequencies gives the
distribution back (Pagano and Tritchler 1983). Nearly all of the frequencies weigh nothing. Those that do are found from
coarse to fine: the product over sizes that share a divisor repeats after as many frequencies as that divisor splits the
circle into, so that it is looked at once, and only what is left of it is carried on to the next, smaller divisor.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

FINEST = 2**22
"""The unit is at least the largest difference over this."""
FREQUENCIES = 2**13
"""So many are carried on at once, at most; of few differences, for which the integral is less exact, more."""
FEW = 300
FREQUENCIES_OF_FEW = 2**17
WORK = 2**17
"""So many cosines, at most."""
WORK_FOR_FEW = 2**20
REACH = 8.5
"""|S| is beyond so many standard deviations with a chance below 2 exp(-36) = 4e-16 (Hoeffding 1963)."""
NOTHING = 1e-17


def unit_of(sizes: Floats) -> float | None:
    """The largest number of which all sizes (up to 1) are whole multiples; None where it is finer than one looks."""
    unit = 1.0
    while True:
        steps = sizes / unit
        off = (np.abs(steps - np.rint(steps)) > 1e-6) | (steps < 0.5)
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


def tail_of_lattice(steps: Whole, counts: Whole, seen: int) -> float | None:
    """The chance that |S| is at least ``seen``, of so many of each step; None where that needs too many frequencies.

    S takes every other whole number. Its characteristic function times that of the numbers nearer to zero than
    ``seen``, summed over the frequencies of a window so wide that nothing wraps around, gives the share of these.
    """
    deviation = math.sqrt(float(counts @ steps.astype(float) ** 2))
    if seen < 2 or seen > REACH * deviation:
        return 1.0 if seen < 2 else 0.0
    coarsest = int(steps[counts.argmax()])
    points = coarsest * math.ceil((seen + REACH * deviation + 2) / 2 / coarsest)
    found = _characteristic(steps, counts, points)
    if found is None:
        return None
    places, product = found
    # At no frequency both sines are zero, and their ratio is the number of terms.
    angles = np.pi / points * places[places > 0]
    inside = seen - 1 + float(product[places > 0] @ (np.sin((seen - 1) * angles) / np.sin(angles)))
    return 1 - inside / points


def _characteristic(steps: Whole, counts: Whole, points: int) -> tuple[Whole, Floats] | None:
    """The frequencies ``pi / points * place`` at which the product of cosines is not all but zero, and its values.

    ``points`` is a multiple of the most frequent step. A product over multiples of a divisor turns its sign, or not,
    from each stretch of ``points / divisor`` places to the next.
    """
    left = np.argsort(-counts, kind="stable")
    divisor, total = int(steps[left[0]]), 0
    # Where few are alike there is nothing that the integral could miss.
    few = 2 * len(counts) <= counts.sum() <= FEW
    most, work = (FREQUENCIES_OF_FEW, WORK_FOR_FEW) if few else (FREQUENCIES, WORK)
    if points // divisor > most:
        return None
    places, product = np.arange(points // divisor), np.ones(points // divisor)
    while len(left):
        finer = math.gcd(divisor, int(steps[left[0]]))
        turns = divisor // finer
        if len(places) * turns > most:
            return None
        stretches = np.arange(turns)[:, None]
        places = (places + stretches * (points // divisor)).ravel()
        product = (product * np.where(stretches * (total // divisor % 2) % 2, -1.0, 1.0)).ravel()
        divisor = finer
        now, left = left[steps[left] % divisor == 0], left[steps[left] % divisor != 0]
        places, product, work = _multiplied(places, product, steps[now], counts[now], points, work)
        if work < 0:
            return None
        total += int(counts[now] @ steps[now])
    return places, product


def _multiplied(
    places: Whole, product: Floats, steps: Whole, counts: Whole, points: int, work: int
) -> tuple[Whole, Floats, int]:
    """The product with the cosines of more steps, where it is not all but zero, and the work that may still be done."""
    done = 0
    while done < len(steps) and len(places) and work >= 0:
        part = slice(done, done + max(1, 50_000 // len(places)))
        turns = np.outer(steps[part], places) % (2 * points)
        work -= turns.size
        product = product * _powers(np.cos(np.pi / points * turns), counts[part]).prod(axis=0)
        alive = np.abs(product) > NOTHING
        places, product, done = places[alive], product[alive], part.stop
    return places, product, work


def _powers(rows: Floats, counts: Whole) -> Floats:
    """Each row to the power of its count."""
    if (counts == 1).all():
        return rows
    signs = np.where(counts[:, None] % 2 == 1, np.sign(rows), 1.0)
    return np.asarray(signs * np.abs(rows) ** counts[:, None].astype(float))
