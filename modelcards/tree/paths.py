"""Paths of twigs, chips and the trunk as points, for drawing and for the check that nothing overlaps."""

from __future__ import annotations

from modelcards.tree.plan import Twig
from modelcards.tree.stems import Box, Point


def twig_points(twig: Twig) -> list[Point]:
    """A twig: it leaves along its stem, runs sideways and rises to its chip."""
    if twig.straight:
        return [(twig.x, twig.y0), (twig.x, twig.y1)]
    side = 1 if twig.x > twig.x0 else -1
    distance = abs(twig.x - twig.x0)
    lead, bend = min(distance * 0.45, 26), min(distance * 0.55, 46)
    start = (twig.x0, twig.y0 + min(12, lead * 0.6) if twig.start is None else twig.start)
    turn = (twig.x0 + side * lead * (0.35 if twig.start is None else 0.1), twig.y0 + 1)
    out = (twig.x0 + side * lead, twig.y0)
    rise = (twig.x - side * bend, twig.y0)
    pull, into = (
        (twig.x - side * bend * 0.25, twig.y0 - 0.5),
        (twig.x, twig.y0 - max(4, min(24, (twig.y0 - twig.y1) * 0.45))),
    )
    end = (twig.x, twig.y1)
    return [*(_quadratic(start, turn, out, i / 6) for i in range(7)), *_cubics(rise, pull, into, end)]


def _cubics(a: Point, b: Point, c: Point, d: Point) -> list[Point]:
    return [_cubic(a, b, c, d, i / 12) for i in range(13)]


def _quadratic(a: Point, b: Point, c: Point, t: float) -> Point:
    u = 1 - t
    return u * u * a[0] + 2 * u * t * b[0] + t * t * c[0], u * u * a[1] + 2 * u * t * b[1] + t * t * c[1]


def _cubic(a: Point, b: Point, c: Point, d: Point, t: float) -> Point:
    u = 1 - t
    weights = (u**3, 3 * u * u * t, 3 * u * t * t, t**3)
    points = (a, b, c, d)
    return (
        sum(w * p[0] for w, p in zip(weights, points, strict=True)),
        sum(w * p[1] for w, p in zip(weights, points, strict=True)),
    )


def rounded(box: Box, radius: float) -> list[Point]:
    """A rectangle with round corners as a closed polygon."""
    x0, x1, y0, y1 = box
    radius = min(radius, (x1 - x0) / 2, (y1 - y0) / 2)
    bow = [(1.0, 0.0), (0.924, 0.383), (0.707, 0.707), (0.383, 0.924), (0.0, 1.0)]
    corners = [(x1 - radius, y1 - radius, 1, 1), (x0 + radius, y1 - radius, -1, 1)]
    corners += [(x0 + radius, y0 + radius, -1, -1), (x1 - radius, y0 + radius, 1, -1)]
    points: list[Point] = []
    for number, (cx, cy, sx, sy) in enumerate(corners):
        arc = [(cx + sx * c * radius, cy + sy * s * radius) for c, s in bow]
        points += arc if number % 2 == 0 else arc[::-1]
    return [*points, points[0]]


def trunk(x: float, y_fork: float, ground: float) -> list[Point]:
    """The trunk: narrow at the fork, wide at the ground."""
    right = _cubics((x + 13, y_fork - 2), (x + 15, ground - 40), (x + 18, ground - 12), (x + 46, ground))
    left = [(2 * x - px, py) for px, py in reversed(right)]
    return [*right, *left, right[0]]
