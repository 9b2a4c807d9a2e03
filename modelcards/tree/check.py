"""Checks of a finished layout: nothing touches what it should not."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

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
    parents = {leaf.slug: leaf.parent for leaf, _, _ in plan.chips}
    named = list(zip((leaf.slug for leaf, _, _ in plan.chips), plan.boxes(), strict=True))
    found = set()
    for twig in plan.twigs:
        points = _dense(twig_points(twig))
        for slug, box in named:
            if slug not in (twig.child, parents.get(twig.child)) and any(_inside(point, box) for point in points):
                found.add((f"twig of {twig.child}", slug))
    for stem in plan.stems:
        for slug, box in named:
            if stem.hits([box]):
                found.add((f"stem {stem.branch}", slug))
    return sorted(found)


def _touch(a: Box, b: Box) -> bool:
    return a[0] < b[1] and b[0] < a[1] and a[2] < b[3] and b[2] < a[3]


def _inside(point: Point, box: Box) -> bool:
    return box[0] < point[0] < box[1] and box[2] + 0.5 < point[1] < box[3] - 0.5


def _dense(points: Sequence[Point]) -> list[Point]:
    """The corners and what lies between them, closer than a chip is high."""
    found: list[Point] = []
    for (x0, y0), (x1, y1) in pairwise(points):
        steps = 1 + int(max(abs(x1 - x0), abs(y1 - y0)) / 6)
        found += [(x0 + (x1 - x0) * i / steps, y0 + (y1 - y0) * i / steps) for i in range(steps)]
    return [*found, points[-1]] if points else []
