"""Any differences: the distribution of their sum with all signs by an integral over its characteristic function.

That is ``prod cos(t d)``, which falls like that of a normal distribution, so that a few dozen frequencies do.
Gil-Pelaez (1951): the chance of |S| below s, and half of that of |S| = s, is ``2/pi`` times the integral of
``sin(t s) / t prod cos(t d)`` over t above 0. The trapezoid rule at the middles of steps (Davies 1973) errs by less
than the chance that |S| lies further out than one turn of the step, which is below 1e-15 here.

Where some differences are far larger than all others together the product falls late. The signs of these few are set
in every way, and the integral is over the others.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

from evaluation.core.statistics.basics import special
from evaluation.core.statistics.lattice import REACH

Floats = NDArray[np.float64]

MOST_FREQUENCIES = 2**13
WORK = 2**20
"""So many sines and cosines, at most."""
TERMS = 14
GIANTS = 12
GIANT = 0.5
"""A giant is larger than this share of the standard deviation of all smaller ones and itself."""


def tail_of_integral(sizes: Floats, seen: float) -> float:
    """The chance that |S| is above ``seen``, and half of that of being equal."""
    giants, rest = _parted(sizes)
    deviation = math.sqrt(float(rest @ rest))
    reach = REACH * deviation
    needed = np.clip(seen - giants, -reach, reach)
    step = 2 * math.pi / (float(np.abs(needed).max()) + reach)
    block = math.ceil(7 / deviation / step)
    inside = np.zeros(len(needed))
    for start in range(0, min(MOST_FREQUENCIES, WORK // max(len(needed), min(len(rest), 300))), block):
        places: Floats = np.arange(start, start + block, dtype=float) + 0.5
        product = _product_of_cosines(rest, places * step)
        inside += np.sin(np.outer(needed, step * places)) @ (2 / math.pi * product / places)
        if np.abs(product).max() < 1e-10:
            break
    return float(1 - inside.mean())


def _parted(sizes: Floats) -> tuple[Floats, Floats]:
    """All sums of the few largest sizes with either sign (0 where none is so large), and the other sizes."""
    ordered = np.sort(sizes)[::-1]
    deviations = np.sqrt(np.cumsum(ordered[::-1] ** 2)[::-1])
    some = min(GIANTS, len(sizes) // 2)
    few = int(np.argmax(np.append(ordered[:some] <= GIANT * deviations[:some], True)))
    sums = np.zeros(1)
    for size in ordered[:few]:
        sums = np.concatenate([sums - size, sums + size])
    return sums, ordered[few:]


def _product_of_cosines(sizes: Floats, angles: Floats) -> Floats:
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
