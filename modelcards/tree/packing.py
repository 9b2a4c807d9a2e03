"""Packing boughs on both sides of a line, latest first, and the choice of sides.

Contours as in tidy trees (Reingold and Tilford 1981; Buchheim, Jünger and Leipert 2002), with y fixed by time.
A bough is pushed out just as far as its rows demand. Its twig leaves the line below all of it, and everything placed
before attaches higher, so twigs nest: none crosses another and none meets a label.

A bough takes the side of its name's checksum unless it would stand clearly further out there. So a new model turns only
the few whose two places were nearly as far out, and there is no search.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

import numpy as np

from modelcards.tree.nodes import Leaf
from modelcards.tree.outline import LEFT, NOTHING, RIGHT, Reach, Rows, row
from modelcards.tree.plan import twig_width

GAP = 6.0
RISE = 11.0
"""From the foot of a chip down to where its twig leaves the line."""
TWIG_GAP = 1.2
"""Between the room of two twigs that leave a line on the same side: thin ones leave 5 units apart."""
NO_SIDES: Mapping[str, int] = {}
PATIENCE = 60.0
"""How many units further out a bough must stand on the side of its checksum before it takes the other one."""
SALT = b"338"
"""Chosen so that the hand-drawn tree's 62 models come out balanced and narrow."""


@dataclass(slots=True)
class Body:
    """A bough as a rigid drawing around its own line: a model with all that hangs on it.

    ``first``: the topmost row of ``reach``, which goes down to ``attach``, the height at which its twig leaves, below
    all of it. ``kids``: what hangs on it, each with its distance to the right.
    """

    leaf: Leaf
    y: float
    attach: float
    first: int
    reach: Reach
    size: int
    kids: list[Placed]

    @property
    def foot(self) -> float:
        """The lower edge of its chip."""
        return self.y + self.leaf.height / 2

    @property
    def top(self) -> float:
        """The upper edge of its chip."""
        return self.y - self.leaf.height / 2


@dataclass(slots=True)
class Placed:
    """Where a bough stands beside a line: ``dx`` to the right, its twig leaving at ``attach``."""

    body: Body
    dx: float
    attach: float


_most = np.maximum.reduce


@lru_cache(maxsize=4096)
def pad_of(size: int) -> float:
    """Half the room of a twig that carries so many models."""
    return 1.0 + twig_width(size) / 2


def pack(
    bodies: Sequence[Body],
    reach: Reach,
    first: int = 0,
    above: float | None = None,
    fixed: Mapping[str, int] = NO_SIDES,
) -> list[Placed]:
    """Stand bodies beside the line whose outline is ``reach`` from row ``first`` down; the outline grows.

    ``above``: no twig leaves the line above this height, where the line ends; above it the inner edges of what is
    placed on one side count for the other side, too. None: the line runs through all rows. ``fixed``: the sides of
    those that have no choice.
    """
    free = [NOTHING if above is None else above] * 2
    placed = []
    for body in sorted(bodies, key=_order):
        start = body.first - first
        rows = slice(start, start + len(body.reach[LEFT]))
        clear = [float(_most(reach[side][rows] + body.reach[1 - side])) for side in (LEFT, RIGHT)]
        side = fixed[body.leaf.slug] if body.leaf.slug in fixed else _side(body.leaf.slug, clear)
        pad = pad_of(body.size)
        attach = max(body.attach, free[side] + pad)
        rise = reach[side][rows.stop : row(attach) + 2 - first]
        distance = max(0.0, clear[side], float(_most(rise)) + pad if len(rise) else 0.0) + GAP
        _claim(reach[side], body.reach[side], rows, distance, row(attach + pad) + 1 - first, pad)
        if above is not None:
            np.maximum(reach[1 - side][rows], body.reach[1 - side] - distance, out=reach[1 - side][rows])
        free[side] = attach + pad + TWIG_GAP
        placed.append(Placed(body, distance if side == RIGHT else -distance, attach))
    return placed


def _order(body: Body) -> tuple[float, float, str]:
    """Latest first."""
    return body.attach, body.y, body.leaf.slug


def _side(slug: str, clear: Sequence[float]) -> int:
    """Left or right, given how far out it must stand on either side."""
    mine = crc32(SALT + slug.encode()) >> 7 & 1
    return 1 - mine if clear[mine] > clear[1 - mine] + PATIENCE else mine


def _claim(around: Rows, body: Rows, rows: slice, distance: float, low: int, pad: float) -> None:
    """Note a placed body, and its twig down to row ``low``, in the outline of that side."""
    around[rows] = body + distance
    if low > rows.stop:
        around[rows.stop : low] = distance + pad
