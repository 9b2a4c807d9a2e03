"""The wood of the picture: trunk, stems with their names, twigs, and the thin lines that cross between branches."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np

from modelcards.tree.curves import COARSE, curves, straights
from modelcards.tree.dress import Dress
from modelcards.tree.names import names
from modelcards.tree.nodes import BEFORE, Leaf
from modelcards.tree.paths import trunk
from modelcards.tree.plan import Plan, Twig
from modelcards.tree.stems import Point, Stem
from modelcards.tree.strokes import Floats, Trace, filled, gapped, lines, polygons, stroked

BLEND, ARMPIT = 90.0, 40.0
"""Units over which a stem takes its own colour as it leaves the trunk, and over which the trunk bends into it."""
MANY = 40
"""Of more crossing lines each is faint."""
FADED = "var(--unknown-line)"
"""Wood that does not belong to the line of descent that is highlighted."""


def wood(plan: Plan, dress: Dress, lit: frozenset[str] | None, fine: bool = True) -> list[Trace]:
    """Twigs beneath the trunk beneath stems, and the names of the families. ``lit``: the chips of a line of descent
    that is highlighted; None: all. ``fine``: with all points of the curves."""
    bark = FADED if lit is not None else dress.wood(BEFORE)
    traces = [*_twigs(plan.twigs, dress, lit, fine), *_crossings(plan, dress, lit, fine), *_descent(plan, lit)]
    if plan.chips:
        shapes = [trunk(plan.x_root, plan.y_fork, plan.height - 12), *map(_armpit, filter(_sideways, plan.stems))]
        traces.append(polygons(shapes, bark, width=0.5))
    for stem in sorted(plan.stems, key=lambda one: -abs(one.x - plan.x_root)):
        traces.append(_stem(stem, FADED if lit is not None else dress.wood(stem.branch), bark))
    return [*traces, *names(plan)]


def _stem(stem: Stem, colour: str, bark: str) -> Trace:
    """A stem's ribbon, which takes its colour as it leaves the trunk, with an arrow head where the family goes on."""
    trace = polygons([stem.ribbon(), *([_arrow(stem)] if stem.alive else [])], colour, width=0.0)
    if colour == bark:
        return trace
    return {**trace, "fillgradient": _blend(stem, colour, bark)}


def _blend(stem: Stem, colour: str, bark: str) -> dict[str, Any]:
    """From bark to the stem's colour: sideways where the stem first runs sideways, else upward."""
    way = stem.x - stem.x_root
    if not _sideways(stem):
        ends = (stem.y_fork - BLEND, stem.y_fork)
        return {"type": "vertical", "start": ends[0], "stop": ends[1], "colorscale": [[0, colour], [1, bark]]}
    near, far = stem.x_root + math.copysign(10, way), stem.x_root + math.copysign(10 + BLEND, way)
    scale = [[0, bark], [1, colour]] if way > 0 else [[0, colour], [1, bark]]
    return {"type": "horizontal", "start": min(near, far), "stop": max(near, far), "colorscale": scale}


def _sideways(stem: Stem) -> bool:
    """Whether it runs sideways rather than upward as it leaves the trunk."""
    heights, middles, _widths = stem.path
    way = np.abs(middles - stem.x_root)
    return bool(way.max() > BLEND) and stem.y_fork - float(np.interp(ARMPIT, way, heights)) < ARMPIT / 2


def _armpit(stem: Stem) -> list[Point]:
    """The wood between the trunk and the lower edge of a stem that leaves it sideways: a hollow curve."""
    heights, middles, widths = stem.path
    side = math.copysign(1.0, stem.x - stem.x_root)
    way = np.abs(middles - stem.x_root)
    along = [(stem.x_root + side * d, float(np.interp(d, way, heights))) for d in np.linspace(0.0, ARMPIT, 9)]
    x0, y0 = stem.x_root + side * 12, stem.y_fork + ARMPIT
    x1, y1 = along[-1][0], along[-1][1] + float(np.interp(ARMPIT, way, widths)) / 2
    bow = [(float(x0 + (x1 - x0) * (1 - t) ** 2), float(y1 + (y0 - y1) * t**2)) for t in np.linspace(0.0, 1.0, 9)]
    path = [*along, *bow, along[0]]
    return path if side > 0 else path[::-1]  # both the same way round, or they would be holes in the trunk


def _arrow(stem: Stem) -> list[Point]:
    half, y = 7 + stem.width(stem.y_top) * 0.5, stem.y_top - 13
    return [(stem.x, y), (stem.x + half, y + 15), (stem.x - half, y + 15), (stem.x, y)]


def _twigs(twigs: Sequence[Twig], dress: Dress, lit: frozenset[str] | None, fine: bool) -> list[Trace]:
    """Thick ones first; in crowds as lines of three widths."""
    groups: dict[tuple[float, str, bool], list[Twig]] = defaultdict(list)
    for twig in sorted(twigs, key=lambda one: (-one.weight, one.child)):
        width = 0.0 if fine else 2.2 if twig.weight > 5 else 1.6 if twig.weight > 1 else 1.1
        groups[width, _colour(twig, dress, lit), twig.straight].append(twig)
    return [
        _tapered(members, colour) if fine else _thin(members, colour, width)
        for (width, colour, _straight), members in groups.items()
    ]


def _colour(twig: Twig, dress: Dress, lit: frozenset[str] | None) -> str:
    on_line = lit is None or (twig.child in lit and (twig.parent is None or twig.parent in lit))
    return dress.twig(twig.branch) if on_line else FADED


def _tapered(twigs: Sequence[Twig], colour: str) -> Trace:
    """Twigs as thin ribbons: as thick as what they carry where they leave, thinner at the chip."""
    points = straights(twigs) if twigs[0].straight else curves(twigs)
    weights = np.array([twig.weight for twig in twigs], dtype=float)
    base = (1.5 + 0.75 * np.sqrt(weights - 0.8)) / 2
    ease = np.linspace(1.25, 0.9, points.shape[1])
    xs, ys = _sides(points, base[:, None] * ease)
    return filled(gapped(xs, ys), colour, width=0.4)


def _thin(twigs: Sequence[Twig], colour: str, width: float) -> Trace:
    points = straights(twigs) if twigs[0].straight else curves(twigs, COARSE)
    return stroked(gapped(points[..., 0], points[..., 1], whole=True), colour, width)


def _sides(points: Floats, half: Floats) -> tuple[Floats, Floats]:
    """The two sides of paths of some half width, as one closed outline each."""
    slope = np.gradient(points, axis=1)
    length = np.maximum(np.hypot(slope[..., 0], slope[..., 1]), 1e-9)
    across_x, across_y = -slope[..., 1] / length * half, slope[..., 0] / length * half
    x, y = points[..., 0], points[..., 1]
    there, back = (x + across_x, y + across_y), (x - across_x, y - across_y)
    return np.hstack([there[0], back[0][:, ::-1]]), np.hstack([there[1], back[1][:, ::-1]])


def _crossings(plan: Plan, dress: Dress, lit: frozenset[str] | None, fine: bool) -> list[Trace]:
    """Thin dashed lines to further parents, in the colour of the branch they come from."""
    branches = {leaf.slug: leaf.branch for leaf, _x, _y in plan.chips}
    groups: dict[str, list[Sequence[Point]]] = defaultdict(list)
    for one in plan.crossings:
        shown = lit is None or {one.child, one.parent} <= lit
        points = one.points if fine else [(round(x), round(y)) for x, y in (*one.points[:-1:3], one.points[-1])]
        groups[dress.twig(branches[one.parent]) if shown else FADED].append(points)
    faint = 0.8 if len(plan.crossings) <= MANY else 0.35
    return [lines(paths, colour, 1.1, line={"dash": "4px,3px"}, opacity=faint) for colour, paths in groups.items()]


def _descent(plan: Plan, lit: frozenset[str] | None) -> list[Trace]:
    """Within a line of descent that is highlighted, what no twig shows: from parents to children on the same stem."""
    places = {leaf.slug: (leaf, x, y) for leaf, x, y in plan.chips if lit and leaf.slug in lit}
    drawn = {(one.child, one.parent) for one in plan.crossings}
    paths = [
        _rising(places[leaf.parent], (leaf, x, y))
        for leaf, x, y in places.values()
        if leaf.parent in places and not leaf.hangs and (leaf.slug, leaf.parent) not in drawn
    ]
    return [lines(paths, "var(--line-strong)", 1.2, line={"dash": "2px,3px"})] if paths else []


def _rising(parent: tuple[Leaf, float, float], child: tuple[Leaf, float, float]) -> list[Point]:
    """A curve from the upper edge of a chip to the lower edge of another."""
    (below, x0, y0), (above, x1, y1) = parent, child
    foot, top = y0 - below.height / 2, y1 + above.height / 2
    ease = [(i / 16, (i / 16) ** 2 * (3 - i / 8)) for i in range(17)]
    return [(x0 + (x1 - x0) * smooth, foot + (top - foot) * even) for even, smooth in ease]
