"""Evidence as plotly figures: differences of two models, values along sizes. Pure; colours are names of tokens."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from evaluation.claims.pairs import Comparison
from evaluation.claims.query import GAINS, WITH_MARGIN, ClaimQuery
from evaluation.claims.trends import Trend

MOST = 60
GRID = {"gridcolor": "var(--line)", "zerolinecolor": "var(--line-strong)", "tickfont": {"color": "var(--ink-2)"}}
# Vote: colour, marker and what it is called; the shape says the same as the colour.
LOOKS = {1: ("var(--better)", "triangle-up"), 0: ("var(--same)", "circle"), -1: ("var(--worse)", "triangle-down")}


def differences_figure(rows: Sequence[Comparison], query: ClaimQuery) -> dict[str, Any] | None:
    """A mark for each question, with its interval where one is known; hollow: published. None where there is none.

    The band is the margin within which the sentence counts as true. Only metrics between 0 and 1 share the axis.
    """
    drawn = [row for row in rows if abs(row.difference) <= 1][:MOST]
    if not drawn:
        return None
    places = range(len(drawn) - 1, -1, -1)
    data = [trace for vote in (1, 0, -1) if (trace := _trace(drawn, places, vote))]
    layout = {
        "showlegend": False,
        "hovermode": "closest",
        "height": 70 + 24 * len(drawn),
        "margin": {"l": 8, "r": 16, "t": 8, "b": 44},
        "shapes": _lines(query),
        "xaxis": {
            **GRID,
            "fixedrange": True,
            "title": {"text": _("difference"), "font": {"size": 12}},
            "nticks": 5,
            "tickangle": 0,
        },
        "yaxis": {
            "tickmode": "array",
            "tickvals": list(places),
            "ticktext": [_label(row) for row in drawn],
            "range": [-0.7, len(drawn) - 0.3],
            "automargin": True,
            "fixedrange": True,
            "showgrid": False,
            "zeroline": False,
            "tickfont": {"color": "var(--ink)"},
        },
    }
    return {"data": data, "layout": layout}


def _trace(rows: Sequence[Comparison], places: range, vote: int) -> dict[str, Any] | None:
    mine = [(place, row) for place, row in zip(places, rows, strict=True) if row.vote == vote]
    if not mine:
        return None
    colour, symbol = LOOKS[vote]
    known = [(row.low, row.high) if row.low is not None and row.high is not None else None for _place, row in mine]
    hollow = [row.first.origin == "published" for _place, row in mine]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": {1: _("for the claim"), 0: _("open"), -1: _("against the claim")}[vote],
        "x": [row.difference for _place, row in mine],
        "y": [place for place, _row in mine],
        "marker": {
            "symbol": [f"{symbol}-open" if one else symbol for one in hollow],
            "size": 11,
            "color": colour,
            "line": {"width": 2, "color": colour},
        },
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [ends[1] - row.difference if ends else None for ends, (_p, row) in zip(known, mine, strict=True)],
            "arrayminus": [
                row.difference - ends[0] if ends else None for ends, (_p, row) in zip(known, mine, strict=True)
            ],
            "color": colour,
            "thickness": 1.6,
            "width": 0,
        },
        "hovertext": [_told(row) for _place, row in mine],
        "hoverinfo": "text",
    }


def _lines(query: ClaimQuery) -> list[dict[str, Any]]:
    ends = [0.0]
    if query.kind in WITH_MARGIN:
        ends = [-query.margin, *([query.margin] if query.kind == "par" else [])]
    line = {"color": "var(--ink-3)", "width": 1.5, "dash": "dot"}
    return [{"type": "line", "yref": "paper", "y0": 0, "y1": 1, "x0": x, "x1": x, "line": line} for x in ends]


def _label(row: Comparison) -> str:
    return html.escape(f"{row.first.subject_name}, {row.first.num_fewshot}-shot", quote=False)


def _told(row: Comparison) -> str:
    lines = [
        f"<b>{_label(row)}</b>",
        *(f"{html.escape(one.card.name, quote=False)}: <b>{one.value:.3f}</b>" for one in (row.first, row.second)),
        f"{row.difference:+.3f}",
    ]
    if row.low is not None and row.high is not None:
        lines.append(_("95 %% interval %(low)s to %(high)s") % {"low": f"{row.low:+.3f}", "high": f"{row.high:+.3f}"})
    return "<br>".join([*lines, row.first.origin])


def sizes_figure(trends: Sequence[Trend], kind: str) -> dict[str, Any] | None:
    """A line for each trend over the number of parameters (log scale); of metrics between 0 and 1 alone."""
    drawn = [one for one in trends if all(abs(point.value) <= 1 for point in one.points)][:MOST]
    if not drawn:
        return None
    title = _("gain by examples in the prompt") if kind == GAINS else _("score")
    layout = {
        "showlegend": False,
        "hovermode": "closest",
        "height": 360,
        "margin": {"l": 60, "r": 16, "t": 8, "b": 48},
        "xaxis": {**GRID, "type": "log", "fixedrange": True, "title": {"text": _("parameters"), "font": {"size": 12}}},
        "yaxis": {
            **GRID,
            "fixedrange": True,
            "title": {"text": title, "font": {"size": 12}},
            "zeroline": kind == GAINS,
        },
    }
    return {"data": [_line(one) for one in drawn], "layout": layout}


def _line(trend: Trend) -> dict[str, Any]:
    colour, symbol = LOOKS[trend.vote]
    what = f"{trend.standing.subject_name}, {trend.standing.num_fewshot}-shot"
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": html.escape(what, quote=False),
        "x": [point.parameters for point in trend.points],
        "y": [point.value for point in trend.points],
        "line": {"color": colour, "width": 1.5},
        "marker": {"symbol": symbol, "size": 8, "color": colour},
        "opacity": 0.75,
        "hovertext": [
            f"<b>{html.escape(what, quote=False)}</b><br>"
            f"{html.escape(point.standing.card.name, quote=False)}: <b>{point.value:.3f}</b><br>tau {trend.tau:+.2f}"
            for point in trend.points
        ],
        "hoverinfo": "text",
    }
