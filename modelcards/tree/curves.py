"""Many twigs at once: the same curves as :func:`modelcards.tree.paths.twig_points`, as arrays. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from modelcards.tree.plan import Twig
from modelcards.tree.strokes import Floats

FINE, COARSE = (7, 13), (3, 6)
"""Points of the two bends of a twig: where it leaves, and where it rises to its chip."""


def curves(twigs: Sequence[Twig], points: tuple[int, int] = FINE) -> Floats:
    """The paths of twigs that bend, as an array of twigs by points by (x, y)."""
    x0, x, y0, y1 = (np.array([getattr(twig, name) for twig in twigs]) for name in ("x0", "x", "y0", "y1"))
    starts = np.array([np.nan if twig.start is None else twig.start for twig in twigs])
    loose = np.isnan(starts)
    side, distance = np.where(x > x0, 1, -1), np.abs(x - x0)
    lead, bend = np.minimum(distance * 0.45, 26), np.minimum(distance * 0.55, 46)
    start = x0, np.where(loose, y0 + np.minimum(12, lead * 0.6), starts)
    turn = x0 + side * lead * np.where(loose, 0.35, 0.1), y0 + 1
    out = x0 + side * lead, y0
    rise = x - side * bend, y0
    pull = x - side * bend * 0.25, y0 - 0.5
    into = x, y0 - np.maximum(4, np.minimum(24, (y0 - y1) * 0.45))
    leaving = _bezier(points[0], start, turn, out)
    rising = _bezier(points[1], rise, pull, into, (x, y1))
    return np.concatenate([leaving, rising], axis=1)


def straights(twigs: Sequence[Twig]) -> Floats:
    """The paths of twigs that are straight."""
    return np.array([[(twig.x, twig.y0), (twig.x, twig.y1)] for twig in twigs])


def _bezier(count: int, *controls: tuple[Floats, Floats]) -> Floats:
    """Bézier curves of two or three degrees at ``count`` even steps."""
    t = np.linspace(0, 1, count)
    u = 1 - t
    square, cube = (u * u, 2 * u * t, t * t), (u**3, 3 * u * u * t, 3 * u * t * t, t**3)
    weights = np.array(square if len(controls) == 3 else cube)
    return np.asarray(np.einsum("cap,ct->pta", np.array(controls), weights))
