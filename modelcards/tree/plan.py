"""A finished layout: chips, twigs, stems and crossing lines with their coordinates. ``y`` grows downward."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from django.utils.translation import gettext_lazy as _

from modelcards.tree.nodes import BEFORE, Leaf
from modelcards.tree.scale import TimeScale
from modelcards.tree.stems import Box, Point, Stem

TOP, BOTTOM, AXIS, MARGIN = 64.0, 46.0, 86.0, 20.0
WIDTH = 1640.0
"""Least width; a larger catalog takes more."""
NAMES = {
    "encoder-only": _("Encoder-only"),
    "encoder-decoder": _("Encoder-decoder"),
    "prefix-lm": _("Prefix-LM"),
    "decoder-only": _("Decoder-only"),
    BEFORE: _("Before the Transformer"),
}
NAME_HALF, NAME_TOP = 84.0, 46.0
"""Room that the name of a family and its number of models take above the stem, in any language."""


class TooSlow(Exception):  # noqa: N818 - what happened, as the page says it
    """The time that a caller allowed for a layout is up."""


def twig_width(weight: int) -> float:
    """How thick a line is that carries so many models."""
    return 1.5 + 0.75 * math.sqrt(weight - 0.8)


@dataclass(frozen=True)
class Twig:
    """A drawn line: from its height ``y0`` on a stem or line at ``x0`` to a chip's lower edge at ``(x, y1)``.

    ``straight``: a vertical line at ``x``. ``weight``: how many models it carries. ``start``: where it leaves, where
    that is not a little below ``y0``: the foot of the parent's chip, for a child of the same days. ``parent``: the
    chip that it leaves from; None: the family's stem or the trunk.
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
    parent: str | None = None


@dataclass(frozen=True)
class Crossing:
    """A thin line from a chip to a further parent, or to one of another family. ``points``: a smooth polyline."""

    child: str
    parent: str
    relation: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Plan:
    """A finished layout. ``chips`` hold each leaf with its middle; ``corner``: free room at the lower right."""

    width: float
    height: float
    scale: TimeScale
    x_root: float = 0.0
    y_fork: float = 0.0
    chips: tuple[tuple[Leaf, float, float], ...] = ()
    twigs: tuple[Twig, ...] = ()
    stems: tuple[Stem, ...] = field(default=())
    crossings: tuple[Crossing, ...] = ()
    corner: Box | None = None

    def boxes(self) -> list[Box]:
        """The rectangles of the chips."""
        return [box_of(leaf, x, y) for leaf, x, y in self.chips]

    def until(self, year: int) -> Plan:
        """The same picture without the models released after ``year``: what is left stands where it stood."""
        chips = tuple(chip for chip in self.chips if chip[0].day.year <= year)
        if len(chips) == len(self.chips):
            return self
        shown = {leaf.slug for leaf, _x, _y in chips}
        twigs = tuple(_alive(self.twigs, shown))
        crossings = tuple(one for one in self.crossings if one.child in shown and one.parent in shown)
        return replace(self, chips=chips, twigs=twigs, stems=self._stems(year, chips, twigs), crossings=crossings)

    def _stems(
        self, year: int, chips: tuple[tuple[Leaf, float, float], ...], twigs: tuple[Twig, ...]
    ) -> tuple[Stem, ...]:
        """The stems, each ending above what is left of it, its name where nothing lies."""
        obstacles = [box_of(*chip) for chip in chips] + [box for twig in twigs for box in _boxes(twig)]
        latest = max((leaf.day for leaf, _x, _y in chips), default=date(year, 1, 1))
        found: list[Stem] = []
        for stem in self.stems:
            leaves = tuple(
                (t.y0, t.weight) for t in twigs if t.parent is None and t.x0 == stem.x and t.y0 < stem.y_fork
            )
            if not leaves:
                continue
            mine = [(leaf.day, y) for leaf, _x, y in chips if leaf.branch == stem.branch and y < stem.y_fork]
            alive = (latest - max(day for day, _y in mine)).days < 366
            tip = min(min(y for _day, y in mine) - 6, min(y for y, _n in leaves) - 46)
            end = min(self.scale.y(date(year + 1, 1, 1)), tip) if alive else tip
            models = sum(n for _y, n in leaves)
            others = [(one.x - 8, one.x + 8, one.y_top, one.y_straight) for one in self.stems if one is not stem]
            names = [name_box(one) for one in found]
            top = _room_for_name(stem, end, [*obstacles, *others, *names])
            found.append(replace(stem, leaves=leaves, models=models, alive=alive, y_top=top))
        return tuple(found)


def box_of(leaf: Leaf, x: float, y: float) -> Box:
    """The rectangle of a chip whose middle is at ``(x, y)``: left, right, top, bottom."""
    return x - leaf.width / 2, x + leaf.width / 2, y - leaf.height / 2, y + leaf.height / 2


def name_box(stem: Stem) -> Box:
    """Where the name of a family stands: above the end of its stem."""
    return stem.x - NAME_HALF, stem.x + NAME_HALF, stem.y_top - NAME_TOP, stem.y_top - 2


def _alive(twigs: Iterable[Twig], shown: set[str]) -> list[Twig]:
    """The twigs to what is shown, as thick as that; a line to a later chip ends where its last side twig leaves."""
    kids: dict[str | None, list[Twig]] = defaultdict(list)
    for twig in twigs:
        kids[twig.parent].append(twig)
    weights: dict[str, int] = {}
    found: list[Twig] = []
    for twig in _leaves_first(kids):
        if twig.child in shown:
            weights[twig.child] = 1 + sum(weights.get(kid.child, 0) for kid in kids[twig.child])
            found.append(replace(twig, weight=weights[twig.child]))
    for twig in twigs:
        if twig.straight and twig.child not in shown and twig.parent in shown:
            sides = [one for one in kids[twig.parent] if one.child in shown and one.y0 < twig.y0]
            if sides:
                last = min(sides, key=lambda one: (one.y0, one.child))
                weight = sum(weights[one.child] for one in sides)
                found.append(replace(twig, y1=last.y0 + 11, weight=weight, child=last.child))
    return found


def _leaves_first(kids: dict[str | None, list[Twig]]) -> list[Twig]:
    """All twigs, each after those that leave from its chip."""
    order = list(kids[None])
    for twig in order:
        order += kids.get(twig.child, ())
    return order[::-1]


def _boxes(twig: Twig) -> list[Box]:
    """The rectangles in which a twig lies: sideways, then up."""
    low = max(twig.y0, twig.start or 0.0) + 12
    return [
        (min(twig.x0, twig.x), max(twig.x0, twig.x), twig.y0 - 3, low),
        (twig.x - 3, twig.x + 3, twig.y1, twig.y0),
    ]


def _room_for_name(stem: Stem, y: float, obstacles: Iterable[Box]) -> float:
    """The end of a stem at or above ``y`` over which its name meets nothing; at last where the whole picture has it."""
    left, right, _top, _bottom = name_box(stem)
    above = sorted((box for box in obstacles if box[0] < right and left < box[1]), key=lambda box: -box[3])
    for box in above:
        if box[2] < y - 2 and y - NAME_TOP < box[3]:
            y = box[2] + 2
    return max(y, stem.y_top)
