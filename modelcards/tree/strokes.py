"""What the picture is made of: lines, filled shapes and texts as plotly traces, in units of the plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modelcards.tree.colours import SHORT, fill_of, ink_of
from modelcards.tree.stems import Box, Point

__all__ = ["SHORT", "fill_of", "ink_of"]

Trace = dict[str, Any]
Floats = NDArray[np.float64]
Coordinates = dict[str, list[float | None]]
"""``x`` and ``y`` of a trace; None is a gap between two paths."""
NOTHING = "rgba(0,0,0,0)"


def polylines(paths: Iterable[Sequence[Point]]) -> Coordinates:
    """Several paths as one trace's coordinates, with gaps between them."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    for path in paths:
        if xs:
            xs.append(None)
            ys.append(None)
        xs += [round(x, 1) for x, _ in path]
        ys += [round(y, 1) for _, y in path]
    return {"x": xs, "y": ys}


def gapped(xs: Floats, ys: Floats, *, whole: bool = False) -> Coordinates:
    """As :func:`polylines`, from paths of equally many points: one path a row. ``whole``: in whole units."""
    return {"x": _flat(xs, whole), "y": _flat(ys, whole)}


def _flat(values: Floats, whole: bool) -> list[float | None]:
    rows = np.rint(values).astype(int) if whole else np.round(values, 1)
    return [value for row in rows.tolist() for value in (*row, None)]


def lines(paths: Iterable[Sequence[Point]], colour: str, width: float, **more: Any) -> Trace:
    """Open lines."""
    return stroked(polylines(paths), colour, width, **more)


def polygons(paths: Iterable[Sequence[Point]], colour: str, edge: str = "", width: float = 0, **more: Any) -> Trace:
    """Closed and filled shapes of one colour."""
    return filled(polylines(paths), colour, edge, width, **more)


def filled(coordinates: Coordinates, colour: str, edge: str = "", width: float = 0, **more: Any) -> Trace:
    """Closed and filled shapes of one colour, from coordinates with gaps."""
    return {**stroked(coordinates, edge or colour, width, **more), "fill": "toself", "fillcolor": colour}


def stroked(coordinates: Coordinates, colour: str, width: float, **more: Any) -> Trace:
    """Open lines, from coordinates with gaps."""
    # Without simplify=False plotly drops points of the finest curves, and round corners look bitten.
    line = {"color": colour, "width": width, "simplify": False, **more.pop("line", {})}
    return {"type": "scatter", "mode": "lines", "line": line, "hoverinfo": "skip", **coordinates, **more}


def texts(
    points: Sequence[tuple[float, float, str]],
    colour: str | list[str],
    size: float,
    *,
    role: str = "names",
    least: float = 0,
    weight: int = 600,
    **more: Any,
) -> Trace:
    """Texts about their points; ``size`` is in units of the plan and grows with the zoom.

    ``role``: ``labels`` for those of chips, which may be left out where they would be too small to read; ``least``: the
    smallest size in pixels at which others are drawn.
    """
    return {
        "type": "scatter",
        "mode": "text",
        "x": [round(x, 1) for x, _, _ in points],
        "y": [round(y, 1) for _, y, _ in points],
        "text": [text for _, _, text in points],
        "textfont": {"color": colour, "size": size, "weight": weight},
        "meta": {"role": role, "size": size, **({"least": least} if least else {})},
        "hoverinfo": "skip",
        **more,
    }


def round_boxes(boxes: Sequence[Box], radius: float, points: int = 5, *, whole: bool = False) -> Coordinates:
    """Rectangles with round corners as closed paths; ``points`` for each corner. ``whole``: in whole units."""
    x0, x1, y0, y1 = (side[:, None] for side in np.array(boxes, dtype=float).reshape(-1, 4).T)
    round_by = np.minimum(radius, np.minimum(x1 - x0, y1 - y0) / 2)
    quarter = np.linspace(0, np.pi / 2, points)
    angle = np.concatenate([quarter + turn for turn in np.arange(4) * np.pi / 2])
    right, below = np.repeat([1, -1, -1, 1], points), np.repeat([1, 1, -1, -1], points)
    xs = (x0 + x1) / 2 + right * ((x1 - x0) / 2 - round_by) + np.cos(angle) * round_by
    ys = (y0 + y1) / 2 + below * ((y1 - y0) / 2 - round_by) + np.sin(angle) * round_by
    return gapped(np.hstack([xs, xs[:, :1]]), np.hstack([ys, ys[:, :1]]), whole=whole)
