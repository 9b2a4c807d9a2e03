"""A family's stem: it leaves the trunk where the Transformer appeared and carries the family's boughs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

Box = tuple[float, float, float, float]
Point = tuple[float, float]
Line = npt.NDArray[np.float64]
EASE = 32.0
"""Over so many units the wood gets thinner where a bough leaves."""


@dataclass(frozen=True)
class Stem:
    """Straight at ``x`` above ``y_straight``, and curved below it down to ``(x_root, y_fork)``.

    ``leaves``: at which height how many models leave; the wood is as wide as what is still above.
    """

    branch: str
    x: float
    x_root: float
    y_fork: float
    y_straight: float
    y_top: float
    alive: bool
    models: int
    leaves: tuple[tuple[float, int], ...] = field(default=())

    def at(self, y: float) -> float:
        """Middle of the wood at a height."""
        return float(self._middle(np.array([y]))[0])

    def width(self, y: float) -> float:
        """Width of the wood: the square root of what is above (Leonardo's rule), eased."""
        return float(self._widths(np.array([y]))[0])

    def _middle(self, y: Line) -> Line:
        t = np.clip((self.y_fork - y) / max(1.0, self.y_fork - self.y_straight), 0.0, 1.0)
        ease = _sideways_first(t) if abs(self.x - self.x_root) > 200 else _smooth(t)
        return self.x_root + (self.x - self.x_root) * ease

    def _widths(self, y: Line) -> Line:
        heights, models = self._above
        end = 3.2 if self.alive else np.clip(3.2 * (y - self.y_top) / 46, 0.0, 3.2)
        return np.asarray(end + 2.3 * np.sqrt(np.interp(y, heights, models)))

    @cached_property
    def _above(self) -> tuple[Line, Line]:
        """How many models the wood carries, as a line of heights and numbers: a sum of ramps."""
        if not self.leaves:
            return np.zeros(1), np.zeros(1)
        at, models = np.array(self.leaves).T
        heights = np.concatenate([at - EASE / 2, at + EASE / 2])
        steeper = np.concatenate([models, -models]) / EASE
        order = np.argsort(heights, kind="stable")
        heights, slope = heights[order], np.cumsum(steeper[order])
        carried = np.concatenate([[0.0], np.cumsum(slope[:-1] * np.diff(heights))])
        return heights, np.maximum(carried, 0.0)

    @cached_property
    def path(self) -> tuple[Line, Line, Line]:
        """The wood from the fork upward: heights, middles and widths, closer where it bends."""
        bend = max(0.0, self.y_fork - self.y_straight)
        straight = max(0.0, self.y_straight - self.y_top)
        curve = self.y_fork - bend * np.linspace(0.0, 1.0, 64) ** 1.5
        y = np.concatenate([curve, np.linspace(self.y_straight, self.y_top, 2 + int(min(160, straight / 8)))[1:]])
        return y, self._middle(y), self._widths(y)

    def ribbon(self) -> list[Point]:
        """The wood as a closed polygon."""
        y, x, width = self.path
        slope = np.gradient(x, np.minimum(y, np.concatenate([[np.inf], y[:-1] - 1e-6])))
        along = np.hypot(slope, 1.0)
        dx, dy = width / 2 / along, width / 2 * slope / along
        left, right = zip(x - dx, y + dy, strict=True), zip(x + dx, y - dy, strict=True)
        points = [*left, *[*right][::-1]]
        return [(float(a), float(b)) for a, b in points]

    def clear_of(self, hits: Callable[[Stem], int]) -> Stem:
        """The same stem with a bend short enough to touch nothing; the gentlest that does."""
        best, fewest = self, hits(self)
        span = self.y_fork - self.y_straight
        for share in (0.85, 0.7, 0.55, 0.4, 0.28, 0.18, 0.1, 0.05):
            if not fewest:
                break
            bent = replace(self, y_straight=self.y_fork - span * share)
            found = hits(bent)
            if found < fewest:
                best, fewest = bent, found
        return best


def _smooth(t: Line) -> Line:
    return t * t * t * (t * (6 * t - 15) + 10)


def _sideways_first(t: Line) -> Line:
    """Sideways first, then up, as a bough leaves a trunk."""
    return np.asarray(1 - (1 - t) ** 2.1)
