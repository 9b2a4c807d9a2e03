"""A family's stem: it leaves the trunk where the Transformer appeared and carries the family's boughs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

Box = tuple[float, float, float, float]
Point = tuple[float, float]


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
        if y <= self.y_straight:
            return self.x
        t = (self.y_fork - y) / max(1.0, self.y_fork - self.y_straight)
        ease = _sideways_first(t) if abs(self.x - self.x_root) > 200 else _smooth(t)
        return self.x_root + (self.x - self.x_root) * ease

    def width(self, y: float) -> float:
        """Width of the wood: the square root of what is above (Leonardo's rule), eased over 32 units."""
        above = sum(n * min(1.0, max(0.0, (y + 16 - at) / 32)) for at, n in self.leaves)
        end = 3.2 if self.alive else min(3.2, 3.2 * max(0.0, (y - self.y_top) / 46))
        return end + 2.3 * math.sqrt(above)

    def heights(self) -> list[float]:
        """Heights at which the wood is sampled, closer where it bends."""
        y, found = self.y_fork, []
        while y > self.y_top:
            found.append(y)
            y -= 8.0 if y < self.y_straight else max(0.25, min(4.0, 4.0 / (1.0 + abs(self._slope(y)))))
        return [*found, self.y_top]

    def _slope(self, y: float) -> float:
        return self.at(y + 0.5) - self.at(y - 0.5)

    def ribbon(self) -> list[Point]:
        """The wood as a closed polygon."""
        left, right = [], []
        for y in self.heights():
            x, half, slope = self.at(y), self.width(y) / 2, self._slope(y)
            along = math.hypot(slope, 1.0)
            left.append((x - half / along, y + half * slope / along))
            right.append((x + half / along, y - half * slope / along))
        return left + right[::-1]

    def hits(self, boxes: Sequence[Box]) -> int:
        """How many chips the wood touches."""
        path = [(y, self.at(y), self.width(y) / 2 + 2) for y in self.heights()]
        return sum(any(y0 < y < y1 and x0 - half < x < x1 + half for y, x, half in path) for x0, x1, y0, y1 in boxes)

    def clear_of(self, boxes: Sequence[Box]) -> Stem:
        """The same stem with a bend short enough to touch no chip; the gentlest that does."""
        best, fewest = self, self.hits(boxes)
        span = self.y_fork - self.y_straight
        for share in (0.75, 0.55, 0.4, 0.28, 0.18, 0.1):
            if not fewest:
                break
            bent = replace(self, y_straight=self.y_fork - span * share)
            hits = bent.hits(boxes)
            if hits < fewest:
                best, fewest = bent, hits
        return best


def _smooth(t: float) -> float:
    t = max(0.0, min(1.0, t))
    return t * t * t * (t * (6 * t - 15) + 10)


def _sideways_first(t: float) -> float:
    """Sideways first, then up, as a bough leaves a trunk: ``1 - (1 - t)^2.1``."""
    return float(1 - (1 - max(0.0, min(1.0, t))) ** 2.1)
