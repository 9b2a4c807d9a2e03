"""Checks of a finished layout: nothing touches what it should not."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from modelcards.tree.layout import Plan
from modelcards.tree.paths import twig_points
from modelcards.tree.stems import Box, Point


def chip_overlaps(plan: Plan) -> list[tuple[str, str]]:
    """Pairs of models whose chips overlap."""
    named = list(zip((leaf.slug for leaf, _, _ in plan.chips), plan.boxes(), strict=True))
    return [(a, b) for i, (a, one) in enumerate(named) for b, other in named[i + 1 :] if _touch(one, other)]


def line_overlaps(plan: Plan) -> list[tuple[str, str]]:
    """Twigs and stems that enter the chip of another model: (line, model).

    A child a few days younger than its parent leaves from behind the parent's chip; chips are painted over twigs.
    """
    slugs = [leaf.slug for leaf, _, _ in plan.chips]
    parents = {leaf.slug: leaf.parent for leaf, _, _ in plan.chips}
    boxes = np.array(plan.boxes()).reshape(-1, 4)
    found = set()
    for twig in plan.twigs:
        entered = _entered(_dense(twig_points(twig)), boxes)
        mine = (twig.child, parents.get(twig.child))
        found |= {(f"twig of {twig.child}", slugs[i]) for i in entered if slugs[i] not in mine}
    for stem in plan.stems:
        for edge in (-1, 0, 1):
            path = [(stem.at(y) + edge * (stem.width(y) / 2 + 2), y) for y in stem.heights()]
            found |= {(f"stem {stem.branch}", slugs[i]) for i in _entered(_dense(path), boxes)}
    return sorted(found)


def _entered(points: Sequence[Point], boxes: npt.NDArray[np.float64]) -> list[int]:
    """Which boxes any of the points lies in."""
    if not points:
        return []
    x, y = np.array(points).T[:, :, None]
    inside = (boxes[:, 0] < x) & (x < boxes[:, 1]) & (boxes[:, 2] + 0.5 < y) & (y < boxes[:, 3] - 0.5)
    return [int(i) for i in np.flatnonzero(inside.any(axis=0))]


def _touch(a: Box, b: Box) -> bool:
    return a[0] < b[1] and b[0] < a[1] and a[2] < b[3] and b[2] < a[3]


def _dense(points: Sequence[Point]) -> list[Point]:
    """The corners and what lies between them, closer than a chip is high."""
    found: list[Point] = []
    for (x0, y0), (x1, y1) in pairwise(points):
        steps = 1 + int(max(abs(x1 - x0), abs(y1 - y0)) / 6)
        found += [(x0 + (x1 - x0) * i / steps, y0 + (y1 - y0) * i / steps) for i in range(steps)]
    return [*found, points[-1]] if points else []
