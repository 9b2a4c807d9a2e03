"""Outlines: how far a drawing reaches to either side of its own line, row by row.

Packing needs one number per row and side. Both are distances from the line, so that the left side is packed by the
same code as the right one. An outline covers only the rows that its drawing lies in.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

STEP = 2.0
"""Units per row."""
LEFT, RIGHT = 0, 1
NOTHING = -1e9
"""The reach of a row in which nothing lies."""
Rows = npt.NDArray[np.float64]
Reach = tuple[Rows, Rows]


def row(y: float) -> int:
    """The row of a height."""
    return int(y // STEP)


def column(rows: int, half: float) -> Reach:
    """The outline of a line of this half width over all rows."""
    return np.full(rows, half), np.full(rows, half)


def widen(reach: Reach, half: float, y0: float, y1: float, first: int = 0) -> None:
    """Make an outline that begins at row ``first`` reach at least ``half`` to both sides between two heights."""
    rows = slice(max(0, row(y0) - first), max(0, row(y1) + 1 - first))
    for side in reach:
        np.maximum(side[rows], half, out=side[rows])


def box(reach: Reach, x0: float, x1: float, y0: float, y1: float) -> None:
    """A rectangle in an outline that begins at row 0."""
    rows = slice(max(0, row(y0)), max(0, row(y1) + 1))
    np.maximum(reach[LEFT][rows], -x0, out=reach[LEFT][rows])
    np.maximum(reach[RIGHT][rows], x1, out=reach[RIGHT][rows])
