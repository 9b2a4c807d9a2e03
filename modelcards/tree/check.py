"""Checks of a finished layout: nothing touches what it should not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from modelcards.tree.paths import twig_points
from modelcards.tree.plan import Plan, Twig

Array = npt.NDArray[np.float64]
Pairs = list[tuple[str, str]]


def chip_overlaps(plan: Plan) -> Pairs:
    """Pairs of models whose chips overlap."""
    slugs = [leaf.slug for leaf, _x, _y in plan.chips]
    boxes = np.array(plan.boxes()).reshape(-1, 4)
    found: Pairs = []
    for i, (x0, x1, y0, y1) in enumerate(boxes):
        rest = boxes[i + 1 :]
        touch = (rest[:, 0] < x1) & (x0 < rest[:, 1]) & (rest[:, 2] < y1) & (y0 < rest[:, 3])
        found += [(slugs[i], slugs[i + 1 + int(j)]) for j in np.flatnonzero(touch)]
    return found


def line_overlaps(plan: Plan) -> Pairs:
    """Twigs and stems that enter the chip of another model: (line, model).

    A child a few days younger than its parent leaves from behind the parent's chip; chips are painted over twigs.
    """
    slugs = [leaf.slug for leaf, _x, _y in plan.chips]
    boxes = np.array(plan.boxes()).reshape(-1, 4)
    found = set()
    for twig in plan.twigs:
        entered = _entered(np.array(twig_points(twig)), boxes)
        found |= {(f"twig of {twig.child}", slugs[i]) for i in entered if slugs[i] not in (twig.child, twig.parent)}
    for stem in plan.stems:
        y, x, _width = stem.path
        for path in (np.array(stem.ribbon()), np.column_stack([x, y])):
            found |= {(f"stem {stem.branch}", slugs[i]) for i in _entered(path, boxes)}
    return sorted(found)


def crossings(plan: Plan) -> Pairs:
    """Pairs of twigs that cross, by their children, and twigs that cross a stem other than the one they leave from."""
    paths = [np.array(twig_points(twig)) for twig in plan.twigs]
    low = np.array([path.min(axis=0) for path in paths]).reshape(-1, 2)
    high = np.array([path.max(axis=0) for path in paths]).reshape(-1, 2)
    found: Pairs = []
    for i, path in enumerate(paths):
        near = ((low[i + 1 :] <= high[i]) & (low[i] <= high[i + 1 :])).all(axis=1)
        for j in np.flatnonzero(near) + i + 1:
            if not _akin(plan.twigs[i], plan.twigs[j]) and _cross(path, paths[j]):
                found.append((plan.twigs[i].child, plan.twigs[j].child))
    return found + _through_stems(plan, paths)


def _through_stems(plan: Plan, paths: Sequence[Array]) -> Pairs:
    found: Pairs = []
    for stem in plan.stems:
        y, x, _width = stem.path
        wood = np.column_stack([x, y])
        for twig, path in zip(plan.twigs, paths, strict=True):
            own = twig.parent is None and twig.x0 == stem.x
            trunk = twig.parent is None and twig.y0 > plan.y_fork
            if not own and not trunk and _cross(path, wood):
                found.append((f"stem {stem.branch}", twig.child))
    return found


def _akin(one: Twig, other: Twig) -> bool:
    """Whether they meet by right: a line with the twigs that leave it, and what leaves from the chip it leads to.

    Two side twigs of one line must not cross; they share no more than the line.
    """
    if one.child == other.parent or other.child == one.parent:
        return True
    same = one.parent == other.parent and one.x0 == other.x0
    return same and (one.straight or other.straight or (one.x - one.x0) * (other.x - one.x0) < 0)


def _cross(one: Array, other: Array) -> bool:
    """Whether two polylines cross, touching at their beginnings aside."""
    if len(one) < 2 or len(other) < 2:
        return False
    a, b, c, d = one[:-1, None], one[1:, None], other[None, :-1], other[None, 1:]
    apart = (_turn(a, b, c) * _turn(a, b, d) < -1e-9) & (_turn(c, d, a) * _turn(c, d, b) < -1e-9)
    return bool(apart.any())


def _turn(a: Array, b: Array, c: Array) -> Array:
    found: Array = (b[..., 0] - a[..., 0]) * (c[..., 1] - a[..., 1]) - (b[..., 1] - a[..., 1]) * (c[..., 0] - a[..., 0])
    return found


def _entered(path: Array, boxes: Array) -> list[int]:
    """Which boxes a polyline enters."""
    if len(path) < 2:
        return []
    low, high = path.min(axis=0), path.max(axis=0)
    near = np.flatnonzero(
        (boxes[:, 0] < high[0]) & (low[0] < boxes[:, 1]) & (boxes[:, 2] < high[1]) & (low[1] < boxes[:, 3])
    )
    if not len(near):
        return []
    x, y = _dense(path).T[:, :, None]
    some = boxes[near]
    inside = (some[:, 0] < x) & (x < some[:, 1]) & (some[:, 2] + 0.5 < y) & (y < some[:, 3] - 0.5)
    return [int(i) for i in near[inside.any(axis=0)]]


def _dense(path: Array) -> Array:
    """The corners and what lies between them, a few units apart."""
    steps = np.abs(np.diff(path, axis=0)).max(axis=1)
    along = np.concatenate([[0.0], np.cumsum(np.maximum(steps, 1e-9))])
    at = np.linspace(0.0, along[-1], 2 + int(along[-1] / 4))
    return np.column_stack([np.interp(at, along, path[:, 0]), np.interp(at, along, path[:, 1])])
