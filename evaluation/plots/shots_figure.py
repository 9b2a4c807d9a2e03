"""The figure of scores by examples in the prompt. Pure.

Lines have the colour of their family; width and size of the marks follow the parameters, and each line has its name.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from evaluation.models import Origin
from evaluation.plots import layout
from evaluation.plots.axes import Axis
from evaluation.plots.ladders import FEW, Ladder, Rung
from evaluation.plots.layout import Figure, plain
from evaluation.plots.marks import DASHES, ORIGIN_NAMES, colour, diameter, symbol
from evaluation.plots.points import Point
from evaluation.plots.shots import Shots
from modelcards.values import format_size

HEIGHT = 600
LETTERS = 13.0
"""Pixels from one name to the next."""
NAMED = 30


def shots_figure(found: Shots) -> Figure:
    """The lines of all models; names stand at their right ends, moved apart."""
    if not found.ladders:
        return {"data": [], "layout": {}}
    places = {step: place for place, step in enumerate(found.steps)}
    values = [rung.value for one in found.ladders for rung in one.rungs]
    up = layout.score_axis([*values, *([found.chance] if found.chance is not None else [])], found.metric, log=False)
    across = {
        "range": [-0.2, len(places) - 1 + 0.12],
        "tickmode": "array",
        "tickvals": list(places.values()),
        "ticktext": [step_name(step) for step in found.steps],
        "title": {"text": _("Examples in the prompt (shots)"), "standoff": 8},
    }
    frame = layout.frame(HEIGHT, across, up)
    named = found.ladders[:NAMED]
    return {
        "data": [trace for one in found.ladders for trace in (*_band(one, places), _line(one, places))],
        "layout": {
            **frame,
            "margin": {**frame["margin"], "r": 132},
            "annotations": _names(named, places, up["range"]),
            "shapes": [layout.level(found.chance)] if found.chance is not None else [],
        },
    }


def step_name(step: int) -> str:
    """``0``, ``1``, ``20``, or ``several``."""
    return _("several") if step == FEW else str(step)


def _line(one: Ladder, places: dict[int, int]) -> Figure:
    shade, hollow = colour(one.card.architecture_family), one.origin != Origin.MEASURED
    size = diameter(one.card.parameters)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": plain(one.card.name),
        "x": [places[rung.shots] for rung in one.rungs],
        "y": [rung.value for rung in one.rungs],
        "line": {"color": shade, "width": round(size / 6, 1), "dash": DASHES[Origin(one.origin)]},
        "marker": {
            "symbol": symbol(one.card.stage, one.origin),
            "size": size * 0.75,
            "color": shade,
            "line": {"color": shade if hollow else "var(--surface)", "width": 1.8 if hollow else 1},
        },
        "hovertext": [_hover(one, rung) for rung in one.rungs],
        "hoverinfo": "text",
        "customdata": [_address(one, rung) for rung in one.rungs],
    }


def _band(one: Ladder, places: dict[int, int]) -> list[Figure]:
    known = [(places[rung.shots], rung.interval) for rung in one.rungs if rung.interval]
    if len(known) < 2:
        return []
    lows, highs = [span.low for _place, span in known], [span.high for _place, span in known]
    return [layout.band([place for place, _span in known], lows, highs, colour(one.card.architecture_family))]


def _address(one: Ladder, rung: Rung) -> str:
    run = rung.standing.run if rung.standing else None
    return reverse("evaluation:run", args=[run]) if run else one.card.get_absolute_url()


def _hover(one: Ladder, rung: Rung) -> str:
    size = f", {format_size(one.card.parameters)}" if one.card.parameters else ""
    lines = [
        f"<b>{plain(one.card.name)}</b>{size}",
        _("%(shots)s examples in the prompt: %(value)s")
        % {"shots": step_name(rung.shots), "value": f"<b>{rung.value:.3f}</b>"},
    ]
    if rung.interval:
        ends = {"low": rung.interval.low, "high": rung.interval.high}
        lines.append(_("95 %% interval %(low).3f to %(high).3f") % ends)
    return "<br>".join([*lines, plain(f"{ORIGIN_NAMES[one.origin]}{f', {one.source}' if one.source else ''}")])


def _names(named: Sequence[Ladder], places: dict[int, int], ends: Sequence[float]) -> list[Figure]:
    """Names right of the figure, at the height of their last value or as near as there is room."""
    step = (ends[1] - ends[0]) * LETTERS / (HEIGHT - 68)
    order = sorted(named, key=lambda one: one.rungs[-1].value)
    heights = within(spread([one.rungs[-1].value for one in order], step), step, ends)
    return [
        {
            "x": 1,
            "xref": "paper",
            "y": height,
            "yref": "y",
            "text": plain(one.card.name if len(one.card.name) < 20 else f"{one.card.name[:18]}…"),
            "showarrow": False,
            "xanchor": "left",
            "xshift": 4,
            "font": {"size": 11, "color": "var(--ink)"},
        }
        for one, height in zip(order, heights, strict=True)
    ]


def spread(values: Sequence[float], step: float) -> list[float]:
    """Places at least ``step`` apart, in the same order, as near to the ascending ``values`` as can be (least squares):
    isotonic regression by pooling neighbours (Ayer et al. 1955) of what is left when the steps are taken away."""
    blocks: list[tuple[float, int]] = []
    for place, value in enumerate(values):
        mean, size = value - place * step, 1
        while blocks and blocks[-1][0] > mean:
            other, number = blocks.pop()
            mean, size = (mean * size + other * number) / (size + number), size + number
        blocks.append((mean, size))
    flat = [mean for mean, size in blocks for _ in range(size)]
    return [mean + place * step for place, mean in enumerate(flat)]


def within(places: Sequence[float], step: float, ends: Sequence[float]) -> list[float]:
    """The ascending places, those beyond an end moved in with those that they then meet."""
    found = list(places)
    for at in range(len(found)):
        found[at] = max(found[at], ends[0] + at * step)
    for at in range(len(found)):
        found[at] = min(found[at], ends[1] - (len(found) - 1 - at) * step)
    return found


def gain_hover(one: Point, _axis: Axis) -> str:
    """The lines of the box of a gain."""
    size = f", {one.x_told}" if one.x_told else ""
    gained = _("%(gain)s with examples in the prompt, to %(value)s") % {
        "gain": f"<b>{one.y:+.3f}</b>",
        "value": f"{one.standing.value:.3f}",
    }
    told = one.standing
    source = f"{ORIGIN_NAMES[told.origin]}{f', {told.source}' if told.source else ''}"
    return "<br>".join([f"<b>{plain(one.card.name)}</b>{size}", gained, plain(source)])
