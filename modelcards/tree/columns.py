"""Families as columns: each one's boughs on its stem, and the families beside one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from modelcards.tree.nodes import BEFORE
from modelcards.tree.outline import LEFT, NOTHING, RIGHT, Reach, Rows, box, row
from modelcards.tree.packing import Body, Placed, pack
from modelcards.tree.plan import AXIS, MARGIN, NAME_HALF, NAME_TOP
from modelcards.tree.stems import Stem

BETWEEN = 16.0
"""Least room between two families."""
SINK = {"decoder-only": 10.0, "encoder-only": 4.0}
"""How much lower than the others a stem leaves the trunk."""


@dataclass
class Column:
    """A family on its stem, which stands at ``x``; ``reach`` is around the stem, from row 0 down to the fork."""

    branch: str
    placed: list[Placed]
    reach: Reach
    y_top: float
    alive: bool
    x: float = 0.0

    @property
    def size(self) -> int:
        """How many models it has."""
        return sum(one.body.size for one in self.placed)

    @property
    def first(self) -> float:
        """The lowest height at which a twig leaves the stem."""
        return max(one.attach for one in self.placed)

    def stem(self, x_root: float, y_fork: float) -> Stem:
        """The wood, bent as gently as it can be."""
        fork = y_fork + SINK.get(self.branch, 0.0)
        straight = min(self.first + 14, fork - 8)
        leaves = tuple((one.attach, one.body.size) for one in self.placed)
        return Stem(self.branch, self.x, x_root, fork, straight, self.y_top, self.alive, self.size, leaves)


def grow(branch: str, bodies: Sequence[Body], y_fork: float, top: float, alive: bool) -> Column:
    """Pack a family's boughs on its stem. ``top``: where the stem of a family that is ``alive`` ends."""
    highest = min(_highest(body) for body in bodies)
    tip = min(body.attach for body in bodies)
    y_top = top if alive else min(highest - 6, tip - 46)
    reach = _wood(bodies, row(y_fork), min(highest - 40, y_top))
    box(reach, -NAME_HALF, NAME_HALF, y_top - NAME_TOP, y_top - 2)
    return Column(branch, pack(bodies, reach), reach, y_top, alive)


def _highest(body: Body) -> float:
    """The middle of the uppermost chip of a bough."""
    highest, ahead = body.y, [body]
    for one in ahead:
        highest = min(highest, one.y)
        ahead += [kid.body for kid in one.kids]
    return highest


def _wood(bodies: Sequence[Body], rows: int, y_top: float) -> Reach:
    """The outline of a stem that carries these boughs, before they are placed."""
    rows = max(rows, row(max(body.attach for body in bodies)) + 8)
    leave = np.zeros(rows)
    np.add.at(leave, [row(body.attach) for body in bodies], [body.size for body in bodies])
    half = (3.2 + 2.3 * np.sqrt(np.cumsum(leave))) / 2 + 5
    half[: max(0, row(y_top))] = NOTHING
    return half, half.copy()


def side_by_side(columns: Sequence[Column], least: float, rails: float) -> float:
    """Give each family its place, packed by contours and spread over what is left. Returns the width of all.

    ``least``: the least width; ``rails``: room to be left free on the left.
    """
    if not columns:
        return least
    frontier: Rows | None = None
    for column in columns:
        if frontier is None:
            frontier = column.reach[RIGHT].copy()
            continue
        rows = min(len(frontier), len(column.reach[LEFT]))
        column.x = float((frontier[:rows] + column.reach[LEFT][:rows]).max()) + BETWEEN
        frontier = _joined(frontier, column.reach[RIGHT] + column.x)
    low = min(column.x - float(column.reach[LEFT].max()) for column in columns) - rails
    high = max(column.x + float(column.reach[RIGHT].max()) for column in columns)
    free = least - AXIS - MARGIN - (high - low)
    breathe = max(0.0, free) / (len(columns) + 1)
    for number, column in enumerate(columns):
        column.x += AXIS - low + breathe * (number + 1)
    return least - min(0.0, free)


def _joined(one: Rows, other: Rows) -> Rows:
    """The outer of two outlines, as long as the longer one."""
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    found = longer.copy()
    np.maximum(found[: len(shorter)], shorter, out=found[: len(shorter)])
    return found


def root(columns: Sequence[Column], width: float) -> float:
    """Where the trunk stands: between the outer families, and between the inner ones where there are any."""
    xs = {column.branch: column.x for column in columns}
    if not xs:
        return width / 2
    outer = [x for branch, x in xs.items() if branch != BEFORE] or list(xs.values())
    middle = (min(outer) + max(outer)) / 2
    if "encoder-decoder" in xs:
        middle = max(middle, xs["encoder-decoder"] + 40)
    if "prefix-lm" in xs:
        middle = min(middle, xs["prefix-lm"] - 36)
    return middle


def clear_stems(columns: Sequence[Column], x_root: float, y_fork: float) -> list[Stem]:
    """The stems, each bent so that it keeps clear of the boughs of other families."""
    found = []
    for column in columns:
        hits = partial(_hits, mine=column, columns=columns)
        found.append(column.stem(x_root, y_fork).clear_of(hits))
    return found


def _hits(stem: Stem, mine: Column, columns: Sequence[Column]) -> int:
    """How many points of a stem lie among the boughs of other families."""
    y, x, width = stem.path
    bent = y > stem.y_straight
    rows, x, half = (y[bent] // 2).astype(int), x[bent], width[bent] / 2 + 2
    found = 0
    for other in columns:
        if other is mine:
            continue
        inside = rows <= row(min(other.first + 22, stem.y_fork - 12))
        at = np.minimum(rows, len(other.reach[LEFT]) - 1)
        left, right = other.x - other.reach[LEFT][at], other.x + other.reach[RIGHT][at]
        found += int(np.count_nonzero(inside & (x + half > left) & (x - half < right)))
    return found
