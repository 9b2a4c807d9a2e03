"""What stands on the trunk: the models before the Transformer, and the few later ones of their kind on rails."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from modelcards.tree.columns import Column
from modelcards.tree.outline import LEFT, RIGHT, Reach, box, column, row, widen
from modelcards.tree.packing import Body, Placed, pack
from modelcards.tree.stems import Stem

ROOM = 16.0
"""How far below the fork the first rail leaves the trunk."""
GROUND = 20.0
"""Half the width of the trunk and a margin."""


def on_trunk(
    bodies: Sequence[Body], columns: Sequence[Column], stems: Sequence[Stem], x_root: float, y_fork: float, rows: int
) -> list[Placed]:
    """Pack bodies around the trunk, outside of all that grows from it; ``dx`` is counted from the trunk."""
    if not bodies:
        return []
    reach = _grown(columns, stems, x_root, y_fork, rows)
    rails = {body.leaf.slug: LEFT for body in bodies if body.attach < y_fork + ROOM}
    for body in bodies:
        body.attach = max(body.attach, y_fork + ROOM)
    return pack(bodies, reach, fixed=rails)


def _grown(columns: Sequence[Column], stems: Sequence[Stem], x_root: float, y_fork: float, rows: int) -> Reach:
    """The outline of the trunk, the stems and the families around the trunk's middle."""
    reach = column(rows, 10.0)
    widen(reach, GROUND, y_fork, rows * 2.0)
    for one in columns:
        end = min(rows, row(y_fork), len(one.reach[LEFT]))
        for side, shift in ((LEFT, x_root - one.x), (RIGHT, one.x - x_root)):
            np.maximum(reach[side][:end], one.reach[side][:end] + shift, out=reach[side][:end])
    for stem in stems:
        _wood(reach, stem, x_root)
    return reach


def _wood(reach: Reach, stem: Stem, x_root: float) -> None:
    """The bent part of a stem."""
    y, x, width = stem.path
    bent = int(np.count_nonzero(y >= stem.y_straight - 40))
    for i in range(min(bent, len(y) - 1)):
        half = float(width[i]) / 2 + 6
        low, high = sorted((float(x[i]), float(x[i + 1])))
        box(reach, low - half - x_root, high + half - x_root, float(y[i + 1]) - half, float(y[i]) + half)
