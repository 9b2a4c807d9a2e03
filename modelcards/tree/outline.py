"""Outlines: how far a drawing reaches to the left and to the right, row by row.

Packing needs one number per row, so an outline is two arrays over the height of the picture.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

STEP = 2.0
LEFT, RIGHT = -1, 1
Rows = npt.NDArray[np.float64]


@dataclass
class Outline:
    """Reach per row in coordinates of its own column; rows in which nothing lies reach inward without end."""

    left: Rows
    right: Rows

    @classmethod
    def empty(cls, rows: int) -> Outline:
        """An outline in which nothing lies."""
        return cls(np.full(rows, np.inf), np.full(rows, -np.inf))

    @classmethod
    def column(cls, rows: int, half: float) -> Outline:
        """The outline of a line of this half width over all rows."""
        return cls(np.full(rows, -half), np.full(rows, half))

    def copy(self) -> Outline:
        """An outline of its own."""
        return Outline(self.left.copy(), self.right.copy())

    def add(self, x0: float, x1: float, y0: float, y1: float) -> None:
        """A rectangle."""
        rows = slice(max(0, int(y0 // STEP)), max(0, int(y1 // STEP) + 1))
        np.minimum(self.left[rows], x0, out=self.left[rows])
        np.maximum(self.right[rows], x1, out=self.right[rows])

    def join(self, other: Outline, dx: float = 0.0) -> None:
        """Another outline, moved sideways."""
        np.minimum(self.left, other.left + dx, out=self.left)
        np.maximum(self.right, other.right + dx, out=self.right)

    def reach(self, side: int, y0: float, y1: float) -> float:
        """How far it reaches to one side between two heights."""
        rows = slice(max(0, int(y0 // STEP)), max(0, int(y1 // STEP) + 1))
        return float(np.max(self.right[rows]) if side == RIGHT else -np.min(self.left[rows]))

    def clearance(self, other: Outline, side: int) -> float:
        """How far ``other`` must move to this side until its inner edge no longer crosses; may be negative."""
        inward = self.right - other.left if side == RIGHT else other.right - self.left
        return float(np.max(inward))

    def span(self) -> float:
        """Its whole width."""
        return float(np.max(self.right) - np.min(self.left))


def row_count(height: float) -> int:
    """How many rows a picture of this height has, a margin included."""
    return int(height // STEP) + 8
