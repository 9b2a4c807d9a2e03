"""Packing bodies on both sides of a line, latest first, and the choice of sides.

Contours as in tidy trees (Reingold and Tilford 1981; Buchheim, Jünger and Leipert 2002), with y fixed by time.
A body is pushed out just as far as its rows demand. Its twig leaves the line below all of it, and everything placed
before attaches higher, so twigs nest: none crosses another and none meets a label.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Protocol, TypeVar

import numpy as np

from modelcards.tree.outline import LEFT, RIGHT, STEP, Outline

GAP = 6.0
TWIG_GAP = 5.0
WORK = 12_000
"""The most placements that the search for sides tries: it bounds the time, and not by a clock, so that the picture
stays the same."""
STARTS = 6


class Hangable(Protocol):
    """What is packed: an outline, the lower edge of its chip, and the height at which its twig leaves the line."""

    foot: float
    attach: float
    outline: Outline

    @property
    def key(self) -> str:
        """Its name in the choice of sides."""
        ...


B = TypeVar("B", bound=Hangable)
Sides = Mapping[str, int]


def place(
    bodies: Sequence[B], around: Outline, sides: Sides | None = None
) -> tuple[list[tuple[B, float, float]], float]:
    """Pack ``bodies`` around a line whose outline is ``around`` (which grows).

    Returns ``(body, dx, attach)`` for each, and the cost: the width, the area and the length of the twigs.
    Without ``sides`` each body goes to the side on which it stays nearer.
    """
    lowest = {LEFT: -1e9, RIGHT: -1e9}
    placed: list[tuple[B, float, float]] = []
    for body in sorted(bodies, key=lambda one: (one.attach, one.key)):
        fixed = sides.get(body.key) if sides else None
        choices = [_fit(body, around, side, lowest[side]) for side in ((fixed,) if fixed else (LEFT, RIGHT))]
        _, side, dx, attach = min(choices)
        around.join(body.outline, dx)
        around.add(dx - 3, dx + 3, body.foot, attach)
        around.add(min(0.0, dx), max(0.0, dx), attach - 3, attach + 3)
        lowest[side] = attach
        placed.append((body, dx, attach))
    area = float(np.sum(around.right - around.left)) * STEP / 250
    return placed, around.span() + area + 0.01 * sum(abs(dx) for _, dx, _ in placed)


def _fit(body: Hangable, around: Outline, side: int, lowest: float) -> tuple[float, int, float, float]:
    """How far out a body must go on one side: ``(outer reach, side, dx, attach)``."""
    attach = max(body.attach, lowest + TWIG_GAP)
    stub = around.reach(side, body.foot, attach + 2) + 3
    distance = max(0.0, around.clearance(body.outline, side), stub) + GAP
    outer = float(np.max(body.outline.right) if side == RIGHT else -np.min(body.outline.left))
    return distance + outer + (0.5 if side == RIGHT else 0.0), side, side * distance, attach


def choose_sides(bodies: Sequence[Hangable], around: Outline) -> dict[str, int]:
    """Left or right for each body: flips and swaps of neighbours while the cost shrinks, from a few seeded starts.

    The first start is the greedy one. The search ends when nothing helps or its work is done.
    """
    placed, cost = place(bodies, around.copy())
    greedy = {body.key: RIGHT if dx > 0 else LEFT for body, dx, _ in placed}
    search = _Search(bodies, around, [body.key for body, _, _ in placed])
    best = search.descend(greedy, cost)
    for start in range(1, STARTS if len(bodies) > 6 else 1):
        chance = random.Random(start)
        sides = {name: chance.choice((LEFT, RIGHT)) for name in search.order}
        best = min(best, search.descend(sides, search.cost(sides)), key=lambda found: found[0])
    return best[1]


class _Search:
    def __init__(self, bodies: Sequence[Hangable], around: Outline, order: list[str]) -> None:
        self.bodies, self.around, self.order = bodies, around, order
        self.left = WORK // max(1, len(bodies))

    def cost(self, sides: Sides) -> float:
        """What an arrangement costs; without end once the work is done."""
        if self.left <= 0:
            return float("inf")
        self.left -= 1
        return place(self.bodies, self.around.copy(), sides)[1]

    def descend(self, sides: dict[str, int], best: float) -> tuple[float, dict[str, int]]:
        """Flip one, or two neighbours, as long as that helps."""
        moves = [(name,) for name in self.order] + list(zip(self.order, self.order[1:], strict=False))
        before = float("inf")
        while best < before and self.left > 0:
            before = best
            for move in moves:
                trial = sides | {name: -sides[name] for name in move}
                cost = self.cost(trial)
                if cost < best - 0.5:
                    best, sides = cost, trial
        return best, sides
