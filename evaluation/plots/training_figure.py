"""The figure of one task along training. Pure.

A logarithmic axis has no place for a model that saw nothing yet: it stands at the left edge, under a tick of its own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from evaluation.comparison.contenders import DASHES, SYMBOLS
from evaluation.plots import layout
from evaluation.plots.layout import Figure, plain
from evaluation.plots.marks import ORIGIN_NAMES
from evaluation.plots.training import Curve, Moment, Panel
from modelcards.values import format_size

LARGE, SMALL = 560, 300


def training_figure(panel: Panel, of_tokens: bool, linear: bool, large: bool) -> Figure:
    """Curves in the colours, shapes and dashes of their models, with bands where intervals are known."""
    xs = [moment.x for curve in panel.curves for moment in curve.moments]
    edge = 0.0 if linear else _edge(xs)
    data = [trace for curve in panel.curves for trace in _band(curve, edge)]
    data += [_line(curve, edge, of_tokens, large) for curve in panel.curves]
    ys = [moment.standing.value for curve in panel.curves for moment in curve.moments]
    chance = panel.chance
    title = _("Tokens seen") if of_tokens else _("Training step")
    across = _linear(xs, title) if linear else _log(xs, edge, title)
    up = layout.score_axis([*ys, *([chance] if chance is not None else [])], panel.metric, log=False)
    shapes = [layout.level(chance)] if chance is not None else []
    frame = layout.frame(LARGE if large else SMALL, across, up)
    return {"data": data, "layout": {**frame, "shapes": shapes}}


def _edge(xs: Sequence[int]) -> float:
    """Where 0 stands on a logarithmic axis: at half of the first step."""
    return min((x for x in xs if x > 0), default=1) / 2


def _place(moment: Moment, edge: float) -> float:
    return float(moment.x) if moment.x > 0 else edge


def _band(curve: Curve, edge: float) -> list[Figure]:
    known = [(moment, moment.interval) for moment in curve.moments if moment.interval]
    if len(known) < 2:
        return []
    xs = [_place(moment, edge) for moment, _interval in known]
    lows, highs = [span.low for _moment, span in known], [span.high for _moment, span in known]
    return [layout.band(xs, lows, highs, f"var(--m{curve.position + 1})")]


def _line(curve: Curve, edge: float, of_tokens: bool, large: bool) -> Figure:
    colour = f"var(--m{curve.position + 1})"
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": plain(curve.card.name),
        "x": [_place(moment, edge) for moment in curve.moments],
        "y": [moment.standing.value for moment in curve.moments],
        "line": {"color": colour, "width": 2, "dash": DASHES[curve.position % len(DASHES)]},
        "marker": {
            "symbol": SYMBOLS[curve.position % len(SYMBOLS)],
            "size": 9 if large else 7,
            "color": colour,
            "line": {"width": 1, "color": "var(--surface)"},
        },
        "hovertext": [_hover(curve, moment, of_tokens) for moment in curve.moments],
        "hoverinfo": "text",
        "customdata": [_address(moment) for moment in curve.moments],
    }


def _address(moment: Moment) -> str:
    run = moment.standing.run
    return reverse("evaluation:run", args=[run]) if run else moment.standing.card.get_absolute_url()


def _hover(curve: Curve, moment: Moment, of_tokens: bool) -> str:
    told = moment.standing
    at = (
        _("%(tokens)s tokens seen") % {"tokens": format_size(moment.x)}
        if of_tokens
        else _("step %(step)s") % {"step": f"{moment.x:,}"}
    )
    lines = [
        f"<b>{plain(curve.card.name)}</b>, {at}",
        f"{plain(told.subject_name)}, {told.num_fewshot}-shot, {plain(told.metric)}: <b>{told.value:.3f}</b>",
    ]
    if moment.interval:
        ends = {"low": moment.interval.low, "high": moment.interval.high}
        lines.append(_("95 %% interval %(low).3f to %(high).3f") % ends)
    return "<br>".join([*lines, plain(f"{ORIGIN_NAMES[told.origin]}{f', {told.source}' if told.source else ''}")])


def _log(xs: Sequence[int], edge: float, title: str) -> Figure:
    axis = layout.log_axis([edge if x <= 0 else float(x) for x in xs], title, lambda x: format_size(round(x)))
    if 0 not in xs:
        return axis
    beyond = [(tick, text) for tick, text in zip(axis["tickvals"], axis["ticktext"], strict=True) if tick > edge * 1.5]
    low = math.log10(edge) - (axis["range"][1] - math.log10(edge)) * layout.ROOM
    ticks = {"tickvals": [edge, *(tick for tick, _ in beyond)], "ticktext": ["0", *(text for _, text in beyond)]}
    return {**axis, **ticks, "range": [low, axis["range"][1]]}


def _linear(xs: Sequence[int], title: str) -> Figure:
    return layout.size_axis([float(x) for x in xs], title, lambda x: format_size(round(x)))
