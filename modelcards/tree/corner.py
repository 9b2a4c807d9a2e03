"""The free room at the lower right of a picture, where bars may stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from modelcards.tree.nodes import Leaf
from modelcards.tree.outline import NOTHING, RIGHT, STEP, Reach, Rows
from modelcards.tree.plan import MARGIN, box_of
from modelcards.tree.stems import Box, Stem

LEAST = (230.0, 200.0)
"""Width and height without which there is no room."""
MOST = (430.0, 470.0)
"""More than that makes no better room."""
AWAY = 26.0
"""From what is drawn."""


def free_corner(
    columns: Iterable[tuple[float, Reach]],
    stems: Sequence[Stem],
    low: Iterable[tuple[Leaf, float, float]],
    size: tuple[float, float],
) -> Box | None:
    """The largest useful rectangle, or None.

    ``columns``: the place and outline of each family; ``low``: the chips around the trunk; ``size``: of the picture.
    """
    width, height = size
    bottom = height - MARGIN
    reach = np.full(int(bottom // STEP) + 1, NOTHING)
    for x, outline in columns:
        rows = min(len(reach), len(outline[RIGHT]))
        np.maximum(reach[:rows], outline[RIGHT][:rows] + x, out=reach[:rows])
    boxes = [box_of(*chip) for chip in low]
    for x, y0, y1 in [*_wood(stems), *((box[1], box[2], box[3]) for box in boxes)]:
        part = reach[max(0, int(y0 // STEP)) : max(0, int(y1 // STEP) + 1)]
        np.maximum(part, x, out=part)
    return _largest(np.maximum.accumulate(reach[::-1])[::-1], width - MARGIN, bottom)


def _wood(stems: Sequence[Stem]) -> Iterable[tuple[float, float, float]]:
    """How far to the right the bent parts of the stems reach, from where to where."""
    for stem in stems:
        y, x, width = stem.path
        bent = int(np.count_nonzero(y >= stem.y_straight))
        for i in range(min(bent, len(y) - 1)):
            half = float(width[i])
            yield max(float(x[i]), float(x[i + 1])) + half, float(y[i + 1]) - half, float(y[i]) + half


def _largest(outer: Rows, right: float, bottom: float) -> Box | None:
    """Of the rectangles that end at the lower right, the one with the largest useful area."""
    wide = right - AWAY - outer
    tall = bottom - AWAY - np.arange(len(outer)) * STEP
    useful = np.minimum(wide, MOST[0]) * np.minimum(tall, MOST[1])
    useful[(wide < LEAST[0]) | (tall < LEAST[1])] = 0.0
    best = int(useful.argmax())
    if not useful[best]:
        return None
    return right - min(float(wide[best]), MOST[0]), right, bottom - min(float(tall[best]), MOST[1]), bottom
