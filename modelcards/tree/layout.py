"""The layout of the whole tree: leaves in, coordinates and paths out. Pure and deterministic.

Time is the vertical axis and is never bent for a label: a chip's middle lies on its date. All else is packing
sideways: boughs on stems, stems beside one another, and what came before the Transformer on the trunk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from modelcards.tree.boughs import boughs
from modelcards.tree.columns import Column, clear_stems, grow, root, side_by_side
from modelcards.tree.corner import free_corner
from modelcards.tree.crossings import cross
from modelcards.tree.nodes import BEFORE, BRANCHES, CHIP_HEIGHT, TRANSFORMER, Leaf
from modelcards.tree.outline import LEFT, RIGHT, row
from modelcards.tree.packing import Body, Placed
from modelcards.tree.plan import AXIS, BOTTOM, MARGIN, NAMES, TOP, WIDTH, Plan, TooSlow, Twig
from modelcards.tree.scale import TimeScale
from modelcards.tree.stems import Box, Stem
from modelcards.tree.trunk import on_trunk

__all__ = ["AXIS", "NAMES", "TOP", "Plan", "TooSlow", "forget", "layout"]

LATE = 3
"""So many recurrent models of the Transformer's time hang on the trunk by rails; more have a stem of their own."""
RAILS = 72.0
"""Room at the left for those on rails."""
BEND = 22.0
"""The least height between the fork and the lowest bough of a stem."""
DAWN_ENDS = date(2018, 7, 1)
MOST_ROOM = 100.0
"""The dawn is made no taller than this many times: beyond, only dates of one day would ask for more."""
Chip = tuple[Leaf, float, float]


def layout(leaves: tuple[Leaf, ...], stop: Callable[[], bool] | None = None, width: float = WIDTH) -> Plan:
    """Place the models. The same leaves give the same plan; plans are kept by their leaves.

    ``leaves`` may be empty; a leaf whose parent is absent leaves the family's stem. ``stop`` is asked now and then
    whether the time is up: if so, ``TooSlow`` is raised. ``width``: the least width in units.
    """
    return _kept(leaves, _Watch(stop), width)


@dataclass(frozen=True)
class _Watch:
    """Asks a caller whether to go on, every hundred steps. All are equal, so that a kept plan serves them all."""

    stop: Callable[[], bool] | None = field(default=None, compare=False)
    steps: list[int] = field(default_factory=lambda: [0], compare=False)

    def tick(self) -> None:
        """Count a step."""
        self.steps[0] += 1
        if self.stop and self.steps[0] % 100 == 1 and self.stop():
            raise TooSlow


def forget() -> None:
    """Drop the plans that are kept."""
    _kept.cache_clear()


@lru_cache(maxsize=32)
def _kept(leaves: tuple[Leaf, ...], watch: _Watch, width: float) -> Plan:
    """The layout in a dawn tall enough that all boughs of a stem leave it above the fork."""
    room = 1.0
    found = _Layout(leaves, room, watch)
    while found.lacks > 0 and room < MOST_ROOM:
        room *= 1.2 + found.lacks / found.dawn
        found = _Layout(leaves, room, watch)
    return found.plan(width)


class _Layout:
    def __init__(self, leaves: tuple[Leaf, ...], room: float, watch: _Watch) -> None:
        self.leaves = leaves
        self.scale = TimeScale([leaf.day for leaf in leaves], TOP, room)
        self.y_fork = self.scale.y(TRANSFORMER)
        self.dawn = self.y_fork - self.scale.y(DAWN_ENDS)
        heights = {leaf.slug: self.scale.y(leaf.day) for leaf in leaves}
        self.newest = max((leaf.day for leaf in leaves), default=TRANSFORMER)
        bodies = boughs(leaves, heights, watch.tick)
        rails = self._on_rails(bodies)
        self.ground = [body for body in bodies if self._stands_on_trunk(body, rails)]
        columns = [self._column(branch, bodies, rails) for branch in (BEFORE, *BRANCHES)]
        self.columns = [column for column in columns if column]

    @property
    def lacks(self) -> float:
        """How much further down the fork would have to be."""
        return max((column.first for column in self.columns), default=0.0) + BEND - self.y_fork

    def plan(self, least: float) -> Plan:
        """The finished picture, at least so wide."""
        columns, ground = self.columns, self.ground
        late = sum(body.leaf.day > TRANSFORMER for body in ground)
        height = self.scale.bottom + BOTTOM + 5.0 * late
        width = side_by_side(columns, least, RAILS if late else 0.0)
        x_root = root(columns, width)
        stems = clear_stems(columns, x_root, self.y_fork)
        low = on_trunk(ground, columns, stems, x_root, self.y_fork, row(height) + 8 + 3 * len(ground))
        left, right = _extent(low, x_root, width)
        shift = max(0.0, AXIS + 4 - left)
        for column in columns:
            column.x += shift
        stems = [replace(stem, x=stem.x + shift, x_root=x_root + shift) for stem in stems]
        chips, twigs = self._drawn(low, x_root + shift)
        empty = Plan(max(width, right + MARGIN) + shift, height, self.scale, x_root + shift, self.y_fork)
        corner = self._corner(chips, stems, empty)
        return replace(
            empty, chips=chips, twigs=twigs, stems=tuple(stems), crossings=cross(chips, twigs), corner=corner
        )

    def _corner(self, chips: Sequence[Chip], stems: Sequence[Stem], plan: Plan) -> Box | None:
        outlines = [(column.x, column.reach) for column in self.columns]
        low = [chip for chip in chips if chip[2] > self.y_fork - 2 * CHIP_HEIGHT]
        return free_corner(outlines, stems, low, (plan.width, plan.height))

    def _on_rails(self, bodies: Sequence[Body]) -> bool:
        """Whether the late models of the trunk are so few that they need no stem."""
        return sum(body.leaf.branch == BEFORE and not self._below(body) for body in bodies) <= LATE

    def _below(self, body: Body) -> bool:
        """Whether it stands at or below the fork, where no stem is yet."""
        return body.y > self.y_fork - 2 * CHIP_HEIGHT

    def _stands_on_trunk(self, body: Body, rails: bool) -> bool:
        """What is no Transformer, and the first one, which has no stem of its own to stand on."""
        return self._below(body) or (rails and body.leaf.branch == BEFORE)

    def _column(self, branch: str, bodies: Sequence[Body], rails: bool) -> Column | None:
        mine = [one for one in bodies if one.leaf.branch == branch and not self._stands_on_trunk(one, rails)]
        if not mine:
            return None
        alive = (self.newest - max(_days(mine))).days < 366
        return grow(branch, mine, self.y_fork, TOP - 14, alive)

    def _drawn(self, low: Sequence[Placed], x_root: float) -> tuple[tuple[Chip, ...], tuple[Twig, ...]]:
        chips: list[Chip] = []
        twigs: list[Twig] = []
        for column in self.columns:
            _draw(column.placed, column.x, chips, twigs)
        _draw(low, x_root, chips, twigs)
        return tuple(chips), tuple(twigs)


def _extent(low: Sequence[Placed], x_root: float, width: float) -> tuple[float, float]:
    """From where to where the chips around the trunk reach."""
    left = [x_root + one.dx - float(one.body.reach[LEFT].max()) for one in low]
    right = [x_root + one.dx + float(one.body.reach[RIGHT].max()) for one in low]
    return min(left, default=width), max(right, default=0.0)


def _days(bodies: Iterable[Body]) -> list[date]:
    """The days of all models of some boughs."""
    ahead = list(bodies)
    for one in ahead:
        ahead += [kid.body for kid in one.kids]
    return [one.leaf.day for one in ahead]


def _draw(placed: Iterable[Placed], x0: float, chips: list[Chip], twigs: list[Twig]) -> None:
    """Turn what stands beside a line at ``x0``, and all that hangs on it, into chips and twigs of the whole picture."""
    ahead: list[tuple[Placed, float, Body | None]] = [(one, x0, None) for one in placed]
    for one, line, parent in ahead:
        body, x = one.body, line + one.dx
        chips.append((body.leaf, x, body.y))
        twigs.append(_twig(one, line, x, parent))
        ahead += [(kid, x, body) for kid in body.kids]


def _twig(one: Placed, line: float, x: float, parent: Body | None) -> Twig:
    body = one.body
    straight = bool(parent) and one.dx == 0.0
    start = None
    if parent and not straight:
        start = _start(one.attach, parent)
    return Twig(
        line,
        x,
        one.attach,
        body.foot,
        body.size,
        body.leaf.branch,
        body.leaf.slug,
        straight,
        start,
        parent.leaf.slug if parent else None,
    )


def _start(attach: float, parent: Body) -> float | None:
    """Where a twig leaves the chip of its parent; None: it leaves the line above, a little below ``attach``."""
    if attach + 12 > parent.top:
        return min(parent.foot, attach + 12)
    return None if parent.kids[0].dx == 0.0 else min(parent.top, attach + 12)
