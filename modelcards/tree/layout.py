"""The layout of the whole tree: leaves in, coordinates and paths out. Pure and deterministic.

Time is the vertical axis and is never bent for a label: a chip's middle lies on its date. All else is packing
sideways: boughs on stems, stems beside one another, and what came before the Transformer on the trunk.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np

from modelcards.tree.boughs import Body, Boughs, Twig
from modelcards.tree.nodes import BEFORE, BRANCHES, CHIP_HEIGHT, TRANSFORMER, Leaf, text_width
from modelcards.tree.outline import LEFT, RIGHT, STEP, Outline, row_count
from modelcards.tree.packing import TWIG_GAP, choose_sides, place
from modelcards.tree.scale import TimeScale
from modelcards.tree.stems import Box, Stem

TOP, BOTTOM, AXIS, MARGIN = 64.0, 46.0, 86.0, 20.0
WIDTH = 1640.0
"""Least width; a larger catalog takes more."""
NAMES = {
    "encoder-only": "Encoder-only",
    "encoder-decoder": "Encoder-decoder",
    "prefix-lm": "Prefix-LM",
    "decoder-only": "Decoder-only",
    BEFORE: "Before the Transformer",
}


@dataclass(frozen=True)
class Plan:
    """A finished layout. ``chips`` hold each leaf with its middle; ``y`` grows downward."""

    width: float
    height: float
    scale: TimeScale
    x_root: float = 0.0
    y_fork: float = 0.0
    chips: tuple[tuple[Leaf, float, float], ...] = ()
    twigs: tuple[Twig, ...] = ()
    stems: tuple[Stem, ...] = field(default=())

    def boxes(self) -> list[Box]:
        """The rectangles of the chips."""
        return [_box(leaf, x, y) for leaf, x, y in self.chips]


@dataclass
class _Family:
    branch: str
    placed: list[tuple[Body, float, float]]
    outline: Outline
    y_top: float
    alive: bool
    x: float = 0.0

    @property
    def size(self) -> int:
        return sum(body.size for body, _, _ in self.placed)

    @property
    def first(self) -> float:
        """The lowest height at which a twig leaves the stem."""
        return max(attach for _, _, attach in self.placed)


@lru_cache(maxsize=32)
def layout(leaves: tuple[Leaf, ...]) -> Plan:
    """Place the models. The same leaves give the same plan; plans are kept by their leaves.

    ``leaves`` may be empty; a leaf whose parent is absent leaves the family's stem.
    """
    scale = TimeScale([leaf.day for leaf in leaves], TOP)
    return _Layout(leaves, scale).plan()


class _Layout:
    def __init__(self, leaves: tuple[Leaf, ...], scale: TimeScale) -> None:
        self.scale = scale
        late = sum(leaf.branch == BEFORE and leaf.day > TRANSFORMER for leaf in leaves)
        self.height = scale.bottom + BOTTOM + TWIG_GAP * late
        self.rows = row_count(self.height)
        self.y_fork = scale.y(TRANSFORMER)
        self.leaves = leaves
        self.y = {leaf.slug: scale.y(leaf.day) for leaf in leaves}
        kids: dict[str, list[Leaf]] = defaultdict(list)
        for leaf in leaves:
            if leaf.hangs and leaf.parent in self.y:
                kids[leaf.parent].append(leaf)
        self.boughs = Boughs(kids, self.y, self.rows)

    def plan(self) -> Plan:
        grown = [family for branch in BRANCHES if (family := self._grow(branch))]
        width = self._side_by_side(grown)
        x_root = _root(grown, width)
        chips, twigs = self._collect(grown)
        stems = self._stems(grown, x_root, chips)
        for body, x, attach in self._before(grown, stems, x_root):
            twig = Twig(x_root, x, attach, body.foot, body.size, body.leaf.branch, body.key)
            chips += [(leaf, x + dx, self.y[leaf.slug]) for leaf, dx in body.chips]
            twigs += [*(one.moved(x) for one in body.twigs), twig]
        plan = Plan(width, self.height, self.scale, x_root, self.y_fork, tuple(chips), tuple(twigs), tuple(stems))
        return _inside(plan)

    def _on_trunk(self, leaf: Leaf) -> bool:
        """What is no Transformer, and the first one, which has no stem of its own to stand on."""
        return leaf.branch == BEFORE or self.y[leaf.slug] > self.y_fork - 2 * CHIP_HEIGHT

    def _roots(self, branch: str) -> list[Body]:
        mine = [one for one in self.leaves if one.branch == branch and not one.hangs and not self._on_trunk(one)]
        return [self.boughs.build(leaf) for leaf in sorted(mine, key=lambda one: one.slug)]

    def _grow(self, branch: str) -> _Family | None:
        """Pack a family's boughs on its stem."""
        bodies = self._roots(branch)
        if not bodies:
            return None
        highest = min(self.y[leaf.slug] for body in bodies for leaf, _ in body.chips)
        newest = max(leaf.day for body in bodies for leaf, _ in body.chips)
        alive = (max(leaf.day for leaf in self.leaves) - newest).days < 366
        tip = min(body.attach for body in bodies)
        y_top = TOP - 14 if alive else min(highest - 6, tip - 46)
        around = Outline.column(self.rows, 6.0)
        half = (3.2 + 2.3 * math.sqrt(sum(body.size for body in bodies))) / 2 + 5
        around.add(-half, half, highest - 40, self.height)
        label = text_width(f"{NAMES[branch]} 000", 13) / 2 + 8
        around.add(-label, label, y_top - 46, y_top - 2)
        sides = choose_sides(bodies, around)
        return _Family(branch, place(bodies, around, sides)[0], around, y_top, alive)

    def _side_by_side(self, families: Sequence[_Family]) -> float:
        """Give each family its column, packed by contours and spread over what is left. Returns the width."""
        above = slice(0, int(self.y_fork // STEP))
        frontier: Outline | None = None
        for family in families:
            mine = Outline(family.outline.left[above], family.outline.right[above])
            if frontier is None:
                frontier = mine.copy()
                continue
            family.x = frontier.clearance(mine, RIGHT) + 16
            frontier.join(mine, family.x)
        if frontier is None:
            return WIDTH
        low = float(np.min(frontier.left)) - 72
        free = WIDTH - AXIS - MARGIN - (float(np.max(frontier.right)) - low)
        breathe = max(0.0, free) / (len(families) + 1)
        for number, family in enumerate(families):
            family.x += AXIS - low + breathe * (number + 1)
        return WIDTH - min(0.0, free)

    def _collect(self, families: Sequence[_Family]) -> tuple[list[tuple[Leaf, float, float]], list[Twig]]:
        chips: list[tuple[Leaf, float, float]] = []
        twigs: list[Twig] = []
        for family in families:
            for body, dx, attach in family.placed:
                x = family.x + dx
                chips += [(leaf, x + inner, self.y[leaf.slug]) for leaf, inner in body.chips]
                twigs += [twig.moved(x) for twig in body.twigs]
                twigs.append(Twig(family.x, x, attach, body.foot, body.size, family.branch, body.key))
        return chips, twigs

    def _stems(self, families: Sequence[_Family], x_root: float, chips: list[tuple[Leaf, float, float]]) -> list[Stem]:
        boxes = [_box(leaf, x, y) for leaf, x, y in chips]
        stems = []
        for family in families:
            leaves = tuple((attach, body.size) for body, _, attach in family.placed)
            sink = 10.0 if family.branch == "decoder-only" else 4.0 if family.branch == "encoder-only" else 0.0
            fork = self.y_fork + sink
            straight = min(family.first + 14, fork - 8)
            stem = Stem(
                family.branch, family.x, x_root, fork, straight, family.y_top, family.alive, family.size, leaves
            )
            stems.append(stem.clear_of(boxes))
        return stems

    def _before(
        self, families: Sequence[_Family], stems: Sequence[Stem], x_root: float
    ) -> list[tuple[Body, float, float]]:
        """What stands on the trunk, packed last and outside of all that grows from it."""
        bodies = [self.boughs.build(leaf) for leaf in self.leaves if self._on_trunk(leaf) and not leaf.hangs]
        if not bodies:
            return []
        around = self._wood(stems, x_root)
        above = slice(0, int(self.y_fork // STEP))
        for family in families:
            grown = Outline(family.outline.left[above], family.outline.right[above])
            Outline(around.left[above], around.right[above]).join(grown, family.x - x_root)
        low = self.y_fork + 16
        sides: dict[str, int] = {}
        for body in bodies:
            if body.attach < low:
                sides[body.key] = LEFT
            body.attach = max(body.attach, low)
            body.outline.add(-3, 3, body.foot, body.attach)
        early = [body for body in bodies if body.key not in sides]
        late = [body for body in bodies if body.key in sides]
        placed = place(late, around, sides)[0] + place(early, around)[0]
        return [(body, x_root + dx, attach) for body, dx, attach in placed]

    def _wood(self, stems: Sequence[Stem], x_root: float) -> Outline:
        around = Outline.column(self.rows, 10.0)
        for stem in stems:
            for y in stem.heights():
                if y < stem.y_straight - 40:
                    break
                x, half = stem.at(y) - x_root, stem.width(y) / 2 + 6
                around.add(x - half, x + half, y - 6, y + 6)
        around.add(-20, 20, self.y_fork, self.height)
        return around


def _inside(plan: Plan) -> Plan:
    """The plan moved and widened so that no chip lies on the axis or beyond the edge."""
    if not plan.chips:
        return plan
    dx = max(0.0, AXIS + 4 - min(box[0] for box in plan.boxes()))
    width = max(plan.width + dx, dx + MARGIN + max(box[1] for box in plan.boxes()))
    return replace(
        plan,
        width=width,
        x_root=plan.x_root + dx,
        chips=tuple((leaf, x + dx, y) for leaf, x, y in plan.chips),
        twigs=tuple(twig.moved(dx) for twig in plan.twigs),
        stems=tuple(replace(stem, x=stem.x + dx, x_root=stem.x_root + dx) for stem in plan.stems),
    )


def _root(families: Sequence[_Family], width: float) -> float:
    """Where the trunk stands: between the outer families, and between the inner ones where there are any."""
    xs = {family.branch: family.x for family in families}
    if not xs:
        return width / 2
    root = (min(xs.values()) + max(xs.values())) / 2
    if "encoder-decoder" in xs:
        root = max(root, xs["encoder-decoder"] + 40)
    if "prefix-lm" in xs:
        root = min(root, xs["prefix-lm"] - 36)
    return root


def _box(leaf: Leaf, x: float, y: float) -> Box:
    return x - leaf.width / 2, x + leaf.width / 2, y - CHIP_HEIGHT / 2, y + CHIP_HEIGHT / 2
