"""Thin lines from a chip to the further models it was made from, with a detour around labels where one is easy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from modelcards.tree.nodes import Leaf
from modelcards.tree.outline import LEFT, RIGHT
from modelcards.tree.plan import Crossing, Twig, box_of
from modelcards.tree.stems import Box

Array = npt.NDArray[np.float64]
CELL = 8.0
"""Units of the raster in which chips are looked up."""
MANY = 300
POINTS, FEW_POINTS = 25, 9
"""Points of a curve, and of each of more than MANY."""
TURNS = (0.5, 0.85, 0.2)
"""How far along a line between two facing sides turns; the first that lies on the fewest labels is drawn."""
DETOUR = 1.5
"""What a line around the right or left of both chips costs, in points that lie on a label."""
ABOVE = 60.0
"""Chips whose middles are nearer than this stand above one another: a line between facing sides would bend back."""


def cross(chips: Sequence[tuple[Leaf, float, float]], twigs: Sequence[Twig]) -> tuple[Crossing, ...]:
    """The lines to further parents that have a chip, in the order of the chips."""
    boxes = {leaf.slug: box_of(leaf, x, y) for leaf, x, y in chips if leaf.others}
    parents = {parent for leaf, _x, _y in chips for parent, _relation in leaf.others}
    boxes |= {leaf.slug: box_of(leaf, x, y) for leaf, x, y in chips if leaf.slug in parents}
    drawn = {(twig.child, twig.parent) for twig in twigs}
    links = [
        (leaf.slug, parent, relation)
        for leaf, _x, _y in chips
        for parent, relation in leaf.others
        if parent in boxes and parent != leaf.slug and (leaf.slug, parent) not in drawn
    ]
    if not links:
        return ()
    ends = np.array([[boxes[parent], boxes[child]] for child, parent, _relation in links])
    paths = _best(ends, _raster([box_of(*chip) for chip in chips])).tolist()
    return tuple(
        Crossing(child, parent, relation, tuple(map(tuple, path)))
        for (child, parent, relation), path in zip(links, paths, strict=True)
    )


def _raster(boxes: Sequence[Box]) -> npt.NDArray[np.bool_]:
    """Which cells of the picture lie on a chip, by row and column."""
    cells = (np.array(boxes) // CELL).astype(int).clip(0)
    raster = np.zeros((cells[:, 3].max() + 2, cells[:, 1].max() + 2), dtype=bool)
    for left, right, top, bottom in cells.tolist():
        raster[top : bottom + 1, left : right + 1] = True
    return raster


def _best(ends: Array, raster: npt.NDArray[np.bool_]) -> Array:
    """For each pair of boxes the curve of those tried that lies on the fewest labels."""
    ways = [*(_facing(ends, turn) for turn in TURNS), _around(ends, RIGHT), _around(ends, LEFT)]
    tried = np.stack([_cubic(*way) for way in ways])
    column = (tried[..., 0] // CELL).astype(int).clip(0, raster.shape[1] - 1)
    line = (tried[..., 1] // CELL).astype(int).clip(0, raster.shape[0] - 1)
    hits = raster[line, column][..., 1:-1].sum(axis=-1).astype(float)
    hits[len(TURNS) :] += DETOUR
    middles = ends[..., :2].mean(axis=-1)
    hits[: len(TURNS), np.abs(middles[:, 0] - middles[:, 1]) < ABOVE] += 4 * DETOUR
    chosen = hits.argmin(axis=0)
    return np.asarray(tried[chosen, np.arange(len(chosen))])


def _facing(ends: Array, turn: float) -> tuple[Array, Array, Array, Array]:
    """Control points from the side of each parent to the facing side of its child."""
    parent, child = ends[:, 0], ends[:, 1]
    right = parent[:, :2].mean(axis=1) < child[:, :2].mean(axis=1)
    start, end = np.where(right, parent[:, 1], parent[:, 0]), np.where(right, child[:, 0], child[:, 1])
    bend = start + (end - start) * turn
    return _controls(ends, start, bend, end)


def _around(ends: Array, side: int) -> tuple[Array, Array, Array, Array]:
    """Control points from the right or left of each parent to the same side of its child."""
    way = 1 if side == RIGHT else -1
    start, end = ends[:, 0, side], ends[:, 1, side]
    apart = np.abs(ends[:, 0, 2] - ends[:, 1, 2])
    bend = np.maximum(start * way, end * way) * way + way * (40 + np.minimum(120, apart / 4))
    return _controls(ends, start, bend, end)


def _controls(ends: Array, start: Array, bend: Array, end: Array) -> tuple[Array, Array, Array, Array]:
    """Level where they leave and arrive, at the height of each chip's middle."""
    heights = ends[..., 2:].mean(axis=-1)
    low, high = heights[:, 0], heights[:, 1]
    pairs = ((start, low), (bend, low), (bend, high), (end, high))
    a, b, c, d = (np.stack(pair, axis=-1)[:, None] for pair in pairs)
    return a, b, c, d


def _cubic(a: Array, b: Array, c: Array, d: Array) -> Array:
    t = np.linspace(0.0, 1.0, POINTS if len(a) <= MANY else FEW_POINTS)[None, :, None]
    return np.asarray((1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d)
