"""A bough: a model with all that hangs on it, as one rigid body.

Its child with the newest descendants stands straight above it, the other children hang on twigs of the line between.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from modelcards.tree.nodes import CHIP_HEIGHT, Leaf
from modelcards.tree.outline import Outline
from modelcards.tree.packing import choose_sides, place

RISE = 11.0
HALF = CHIP_HEIGHT / 2
PAD = 3.0


@dataclass(frozen=True)
class Twig:
    """A drawn line: from its height ``y0`` on a stem or line at ``x0`` to a chip's lower edge at ``(x, y1)``.

    ``straight``: a vertical line at ``x``. ``weight``: how many models it carries. ``start``: where it leaves, where
    that is not a little below ``y0``: the foot of the parent's chip, for a child of the same days.
    """

    x0: float
    x: float
    y0: float
    y1: float
    weight: int
    branch: str
    child: str
    straight: bool = False
    start: float | None = None

    def moved(self, dx: float) -> Twig:
        """The same line further to the side."""
        return replace(self, x0=self.x0 + dx, x=self.x + dx)


@dataclass
class Body:
    """A bough in coordinates of its own column. ``attach``: the height at which its twig leaves, below all of it."""

    leaf: Leaf
    foot: float
    attach: float
    outline: Outline
    chips: list[tuple[Leaf, float]]
    twigs: list[Twig]

    @property
    def key(self) -> str:
        """Its name in the choice of sides."""
        return self.leaf.slug

    @property
    def size(self) -> int:
        """How many chips it holds."""
        return len(self.chips)


class Boughs:
    """Builds bodies. ``kids``: who hangs on whom; ``heights``: y of each model's middle."""

    def __init__(self, kids: Mapping[str, Sequence[Leaf]], heights: Mapping[str, float], rows: int) -> None:
        self.kids, self.heights, self.rows = kids, heights, rows
        self._weights: dict[str, tuple[float, int]] = {}

    def build(self, leaf: Leaf) -> Body:
        """The bough of one model."""
        body = self._alone(leaf)
        kids = sorted(self.kids.get(leaf.slug, ()), key=lambda kid: (*self._weight(kid), kid.slug))
        heavy = next((kid for kid in kids if self._clears(leaf, kid)), None)
        line_end = self._raise(body, heavy) if heavy else None
        others = [self.build(kid) for kid in kids if kid is not heavy]
        if others:
            self._hang(body, others, line_end)
        return body

    def _alone(self, leaf: Leaf) -> Body:
        y, half = self.heights[leaf.slug], leaf.width / 2 + PAD
        outline = Outline.empty(self.rows)
        outline.add(-half, half, y - HALF - PAD, y + HALF + PAD)
        return Body(leaf, y + HALF, y + HALF + RISE, outline, [(leaf, 0.0)], [])

    def _clears(self, leaf: Leaf, kid: Leaf) -> bool:
        return self.heights[kid.slug] < self.heights[leaf.slug] - CHIP_HEIGHT - 16

    def _weight(self, leaf: Leaf) -> tuple[float, int]:
        """Sorts the child with the newest descendants first, then the one with the most."""
        if leaf.slug not in self._weights:
            below = [self._weight(kid) for kid in self.kids.get(leaf.slug, ())]
            newest = min([self.heights[leaf.slug], *(y for y, _ in below)])
            self._weights[leaf.slug] = (newest, -1 + sum(n for _, n in below))
        return self._weights[leaf.slug]

    def _raise(self, body: Body, heavy: Leaf) -> float:
        """Put a child straight above; returns the lower end of what others must keep clear of."""
        inner = self.build(heavy)
        top = self.heights[body.leaf.slug] - HALF
        body.outline.join(inner.outline)
        body.outline.add(-4, 4, inner.foot, top)
        body.chips += inner.chips
        body.twigs += inner.twigs
        body.twigs.append(Twig(0, 0, top, inner.foot, inner.size, body.leaf.branch, heavy.slug, straight=True))
        return inner.attach - RISE

    def _hang(self, body: Body, others: list[Body], line_end: float | None) -> None:
        """Put the other children on twigs, on whichever side makes the bough narrow."""
        top = self.heights[body.leaf.slug] - HALF
        if line_end is not None:
            for other in others:
                other.attach = max(other.attach, line_end + 6)
        base = Outline.column(self.rows, 0.0)
        base.join(body.outline)
        sides = choose_sides(others, base)
        highest = top
        for other, dx, attach in place(others, base.copy(), sides)[0]:
            body.outline.join(other.outline, dx)
            body.outline.add(dx - 3, dx + 3, other.foot, attach)
            body.outline.add(min(0, dx), max(0, dx), attach - 2, attach + 3)
            body.chips += [(leaf, x + dx) for leaf, x in other.chips]
            body.twigs += [twig.moved(dx) for twig in other.twigs]
            start = body.foot if attach > body.foot else None
            body.twigs.append(Twig(0, dx, attach, other.foot, other.size, body.leaf.branch, other.key, start=start))
            highest = min(highest, attach)
            body.attach = max(body.attach, attach + 14)
        if line_end is None and highest < top:
            weight = sum(other.size for other in others)
            line = Twig(0, 0, top, highest + 10, weight, body.leaf.branch, body.key, straight=True)
            body.outline.add(-4, 4, highest, top)
            body.twigs.append(line)
