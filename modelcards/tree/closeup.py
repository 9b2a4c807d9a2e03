"""A part of the tree as a small picture of its own: a plan without the empty room between its columns. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

from modelcards.tree.nodes import CHIP_HEIGHT, text_width
from modelcards.tree.plan import AXIS, NAMES, Plan, Twig
from modelcards.tree.stems import Box, Stem

GAP = 18.0
"""Room that is left between two columns of chips."""
NAME_SIZE, NAME_ABOVE = 14.0, 46.0
"""Type of a family's name, and how far above its stem's end the picture reaches for it."""
LEFT = AXIS - 16
"""Where the picture begins: the numbers of the years stand beside it."""

Warp = Callable[[float], float]


def close_up(plan: Plan) -> tuple[Plan, Box]:
    """The plan with its columns moved together, from the axis on, and the part of it to show: left, right, top, bottom.

    Heights stay, so that time is what it was; chips are moved and never squeezed, so that none comes over another. The
    trunk is shown where a model stands on it; else the stems leave the picture below the lowest twig.
    A plan without chips is shown as it is.
    """
    if not plan.chips:
        return plan, (0.0, plan.width, 0.0, plan.height)
    rooted = _lowest(plan) > plan.y_fork - 2 * CHIP_HEIGHT
    warp = _closing(_columns(plan, rooted))
    crossings = tuple(replace(one, points=tuple((warp(x), y) for x, y in one.points)) for one in plan.crossings)
    close = replace(
        plan,
        x_root=warp(plan.x_root),
        chips=tuple((leaf, warp(x), y) for leaf, x, y in plan.chips),
        twigs=tuple(_twig(twig, warp) for twig in plan.twigs),
        stems=tuple(replace(stem, x=warp(stem.x), x_root=warp(stem.x_root)) for stem in plan.stems),
        crossings=crossings,
        corner=None,
    )
    bent = (x for one in crossings for x, _y in one.points)
    width = max([*(right for _left, right in _columns(close, rooted)), *bent]) + GAP
    bottom = plan.height - 8 if rooted else _below_a_year(plan, _lowest(plan) + 26)
    return replace(close, width=width), (LEFT, width, _top(plan), bottom)


def _twig(twig: Twig, warp: Warp) -> Twig:
    return replace(twig, x0=warp(twig.x0), x=warp(twig.x))


def _lowest(plan: Plan) -> float:
    """The lowest height at which a chip or a twig lies."""
    return max([*(box[3] for box in plan.boxes()), *(twig.y0 for twig in plan.twigs)])


def _top(plan: Plan) -> float:
    return min([*(box[2] - 12 for box in plan.boxes()), *(stem.y_top - NAME_ABOVE for stem in plan.stems)])


def _below_a_year(plan: Plan, y: float) -> float:
    """The same height, or a little lower where it would cut off the number of a year."""
    years = (plan.scale.y(date(year, 1, 1)) for year in plan.scale.years())
    return max([y, *(at + 12 for at in years if abs(at - y) < 12)])


def _columns(plan: Plan, rooted: bool) -> list[tuple[float, float]]:
    """What may not be squeezed, as left and right: chips, stems with their names, and the trunk where it is shown."""
    found = [(left, right) for left, right, _top, _bottom in plan.boxes()]
    found += [(stem.x - half, stem.x + half) for stem in plan.stems for half in (_half_name(stem),)]
    return [*found, (plan.x_root - 34, plan.x_root + 34)] if rooted else found


def _half_name(stem: Stem) -> float:
    return text_width(f"{NAMES[stem.branch]} {stem.models}", NAME_SIZE) / 2 + 8


def _closing(columns: Iterable[tuple[float, float]]) -> Warp:
    """Moves columns together to ``GAP`` apart, the first to the axis; what lies between them is drawn together."""
    merged: list[list[float]] = []
    for left, right in sorted(columns):
        if merged and left <= merged[-1][1] + GAP:
            merged[-1][1] = max(merged[-1][1], right)
        else:
            merged.append([left, right])
    starts = [left for left, _right in merged]
    moved, free = [], AXIS
    for left, right in merged:
        moved.append(free)
        free += right - left + GAP

    def warp(x: float) -> float:
        index = max(0, bisect_right(starts, x) - 1)
        left, right = merged[index]
        inside = min(x, right) - left
        last = index + 1 == len(merged)
        room = 1.0 if last or x <= right else GAP / (starts[index + 1] - right)
        return moved[index] + inside + max(0.0, x - right) * room

    return warp
