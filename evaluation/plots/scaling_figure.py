"""The figure of scores against what models are made of. Pure: points and lines in, a plotly figure out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from django.utils.translation import gettext as _

from evaluation.models import Origin
from evaluation.plots import layout
from evaluation.plots.axes import Axis
from evaluation.plots.layout import Figure, plain
from evaluation.plots.lines import FamilyFit, Scales, drawable, thinned
from evaluation.plots.marks import DASHES, ORIGIN_NAMES, colour, diameter, family_name, stage_name, symbol
from evaluation.plots.points import Point

HEIGHT = 580
LABELS = 26
"""Names that have room above one another."""
EDGE = 0.22
"""Share of the stair's width in which no name has room on a phone."""


def scaling_figure(
    found: Sequence[Point],
    fits: Sequence[FamilyFit],
    frontiers: Mapping[str, Sequence[Point]],
    axis: Axis,
    scales: Scales,
    y_title: str,
    level: float | None = None,
    told: Callable[[Point, Axis], str] | None = None,
    height: int = HEIGHT,
) -> Figure:
    """Bands and lines of the families below, then the points by family and origin, the frontier with names on top.

    ``level``: where a dotted line lies across; ``told``: what makes the hover box of a point.
    """
    drawn = drawable(found, scales)
    if not drawn:
        return {"data": [], "layout": {}}
    lines = [one for one in fits if one.fit]
    data = [layout.band(one.xs, *_clipped(one, drawn), colour(one.family)) for one in lines]
    data += [_line(one) for one in lines]
    data += [
        _trace(family, origin, mine, [(told or hover)(one, axis) for one in mine])
        for (family, origin), mine in _groups(thinned(drawn, frontiers)).items()
    ]
    # Names of one stair alone: those of two would lie on one another.
    longest = max(frontiers, key=lambda origin: len(frontiers[origin]), default="")
    for origin, mine in frontiers.items():
        data += _frontier(origin, mine, _apart(mine, drawn, scales) if origin == longest else [])
    ends = [level, *(y for one in lines for y in (one.centre[0], one.centre[-1]))]
    shapes = [layout.level(level)] if level is not None and not scales.y_log else []
    return {"data": data, "layout": {**_layout(drawn, ends, axis, scales, y_title, height), "shapes": shapes}}


def _groups(drawn: Sequence[Point]) -> dict[tuple[str, str], list[Point]]:
    groups: dict[tuple[str, str], list[Point]] = defaultdict(list)
    for one in sorted(drawn, key=lambda point: -(point.card.parameters or 0)):  # small ones lie on top
        groups[one.family, one.origin].append(one)
    return groups


def _clipped(one: FamilyFit, drawn: Sequence[Point]) -> tuple[list[float], list[float]]:
    """A band no wider than the scores of the figure: few points make one that would hide all else."""
    ups = [*(point.y for point in drawn), *one.centre]
    least, most = min(ups), max(ups)
    room = (most - least) * 0.2
    ends = (least - room, most + room) if least > room else (least, most + room)
    return [min(max(y, ends[0]), ends[1]) for y in one.low], [min(max(y, ends[0]), ends[1]) for y in one.high]


def _line(one: FamilyFit) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": plain(family_name(one.family)),
        "x": list(one.xs),
        "y": list(one.centre),
        "line": {"color": colour(one.family), "width": 2, "dash": DASHES[Origin(one.origin)]},
        "hoverinfo": "skip",
    }


def _trace(family: str, origin: str, mine: Sequence[Point], boxes: list[str]) -> Figure:
    hollow = origin != Origin.MEASURED
    shade = colour(family)
    return {
        "type": "scatter",
        "mode": "markers",
        "name": plain(f"{family_name(family)}, {ORIGIN_NAMES[origin]}"),
        "x": [one.x or 0.0 for one in mine],
        "y": [one.y for one in mine],
        "error_y": _errors(mine, shade),
        "hovertext": boxes,
        "hoverinfo": "text",
        "customdata": [one.address for one in mine],
        "marker": {
            "symbol": [symbol(one.card.stage, origin) for one in mine],
            "size": [diameter(one.card.parameters) for one in mine],
            "color": shade,
            "opacity": [0.9 if one.kept else 0.45 for one in mine],
            "line": {"color": shade if hollow else "var(--surface)", "width": 1.8 if hollow else 1},
        },
    }


def _errors(mine: Sequence[Point], shade: str) -> Figure:
    return {
        "type": "data",
        "symmetric": False,
        "array": [one.interval.high - one.y if one.interval else 0 for one in mine],
        "arrayminus": [one.y - one.interval.low if one.interval else 0 for one in mine],
        "color": shade,
        "thickness": 1,
        "width": 0,
    }


def _frontier(origin: str, mine: Sequence[Point], named: Sequence[Point]) -> list[Figure]:
    """A stair from best to best, with their names: above and to the left of it there is nothing to hide."""
    if len(mine) < 2:
        return []
    lower = mine[-1].y < mine[0].y
    return [
        {
            "type": "scatter",
            "mode": "lines+text",
            "name": plain(_("Best, %(origin)s") % {"origin": ORIGIN_NAMES[origin]}),
            "x": [one.x or 0.0 for one in mine],
            "y": [one.y for one in mine],
            "text": [f"{plain(one.card.name)}\u00a0\u00a0" if one in named else "" for one in mine],
            "textposition": "bottom left" if lower else "top left",
            "textfont": {"color": "var(--ink)", "size": 11},
            "line": {"color": "var(--ink)", "width": 1.4, "shape": "hv", "dash": DASHES[Origin(origin)]},
            "hoverinfo": "skip",
        }
    ]


def _apart(mine: Sequence[Point], drawn: Sequence[Point], scales: Scales) -> list[Point]:
    """Those whose names fit beside one another and left of their marks, from the best down."""
    ups, across = [scales.up(one.y) for one in drawn], [scales.across(one.x or 0.0) for one in mine]
    least = (max(ups) - min(ups)) / LABELS
    edge = min(across) + (max(across) - min(across)) * EDGE
    named: list[Point] = []
    for one in reversed(mine):
        if scales.across(one.x or 0.0) < edge:
            continue
        if not named or abs(scales.up(named[-1].y) - scales.up(one.y)) >= least:
            named.append(one)
    return named


def hover(one: Point, axis: Axis) -> str:
    """The lines of a point's box."""
    told = one.standing
    metric = plain(", ".join(part for part in (told.metric, told.filter) if part))
    lines = [
        f"<b>{plain(one.card.name)}</b>",
        plain(f"{family_name(one.family)}, {stage_name(one.card.stage)}"),
        plain(f"{axis.name}: {one.x_told}"),
        f"{plain(told.subject_name)}, {told.num_fewshot}-shot, {metric}: <b>{told.value:.3f}</b>",
    ]
    if one.y != told.value:
        lines.append(_("above a blind guess: %(value).3f of 1") % {"value": one.y})
    if one.interval:
        ends = {"low": one.interval.low, "high": one.interval.high}
        lines.append(_("95 %% interval %(low).3f to %(high).3f") % ends)
    lines.append(plain(f"{ORIGIN_NAMES[told.origin]}{f', {told.source}' if told.source else ''}"))
    if not one.kept:
        lines.append(_("measured in another way than most: in no line"))
    return "<br>".join(lines)


def _layout(
    drawn: Sequence[Point], ends: Sequence[float | None], axis: Axis, scales: Scales, y_title: str, height: int
) -> Figure:
    """``ends``: what else has a place on the axis of scores."""
    xs = [one.x or 0.0 for one in drawn]
    ups = [one.y for one in drawn] + [end for end in ends if end is not None and (end > 0 or not scales.y_log)]
    if axis.key == "date":
        across = layout.date_axis(xs, str(axis.name))
    elif scales.x_log:
        across = layout.log_axis(xs, str(axis.name), axis.written)
    else:
        across = layout.size_axis(xs, str(axis.name), axis.written)
    return layout.frame(height, across, layout.score_axis(ups, y_title, scales.y_log))
