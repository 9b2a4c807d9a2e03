"""The scatter view: parameters against training tokens with the line of compute-optimal training. Pure but for names.

The line is D = 20 N: about 20 training tokens a parameter (Hoffmann et al. 2022, arXiv:2203.15556, section 3).
"""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from modelcards import taxonomy, values

Figure = dict[str, Any]
OPTIMAL = 20  # training tokens per parameter
COLOURS = {"f-dec": "dec", "f-enc": "enc", "f-encdec": "encdec", "f-prefix": "prefix", "f-pre": "pre"}
AXIS = {
    "type": "log",
    "gridcolor": "var(--line)",
    "zeroline": False,
    "tickfont": {"color": "var(--ink-2)"},
    "linecolor": "var(--line-strong)",
    "showline": True,
    "ticks": "outside",
    "tickcolor": "var(--line-strong)",
}


@dataclass(frozen=True)
class Point:
    """A model with both numbers; ``opened``: its weights are open, closed, or None: not stated."""

    address: str
    name: str
    makers: str
    family: str
    opened: bool | None
    parameters: int
    tokens: int
    date: str
    chosen: bool = False

    @property
    def distance(self) -> float:
        """How far from the line: 1 on it, 3 with three times as many tokens, 1/3 with a third."""
        return self.tokens / (OPTIMAL * self.parameters)


def scatter_figure(points: Sequence[Point]) -> Figure:
    """The figure: a trace for each family and openness, filled where open and hollow where not, and the line."""
    if not points:
        return {"data": [], "layout": {}}
    groups: dict[tuple[str, bool | None], list[Point]] = {}
    for point in points:
        groups.setdefault((point.family if point.family in taxonomy.FAMILIES else "", point.opened), []).append(point)
    order = [*taxonomy.FAMILIES, ""]
    data = [_trace(*key, groups[key]) for key in sorted(groups, key=lambda key: (order.index(key[0]), str(key[1])))]
    chosen = [point for point in points if point.chosen]
    return {"data": [_line(points), *data, *([_rings(chosen)] if chosen else [])], "layout": _layout(points)}


def _trace(family: str, opened: bool | None, points: Sequence[Point]) -> Figure:
    known = taxonomy.FAMILIES.get(family)
    colour = f"var(--fam-{COLOURS[known.css] if known else 'pre'})"
    return {
        "type": "scatter",
        "mode": "markers",
        "name": str(known.name) if known else _("Family not stated"),
        "x": [point.parameters for point in points],
        "y": [point.tokens for point in points],
        "text": [_hover(point) for point in points],
        "customdata": [point.address for point in points],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "symbol": _symbol(known is None, opened),
            "size": 10 if len(points) < 400 else 7,
            "color": colour,
            "opacity": 0.9 if len(points) < 400 else 0.6,
            "line": {
                "color": colour if opened is not True else "var(--surface)",
                "width": 1.8 if opened is not True else 1,
            },
        },
    }


def _symbol(nameless: bool, opened: bool | None) -> str:
    shape = "x-thin" if opened is None and nameless else "diamond" if nameless else "circle"
    return shape if opened is True else f"{shape}-open"


def _hover(point: Point) -> str:
    """What a point tells: who made it, its numbers, and where it stands beside the line."""
    head = f"<b>{_plain(point.name)}</b>"
    made = ", ".join(part for part in (_plain(point.makers), point.date) if part)
    numbers = _("%(parameters)s parameters, %(tokens)s tokens") % {
        "parameters": values.format_size(point.parameters),
        "tokens": values.format_size(point.tokens),
    }
    weights = {True: _("open weights"), False: _("closed weights"), None: _("weights not stated")}[point.opened]
    return "<br>".join(line for line in (head, made, numbers, distance_words(point.distance), weights) if line)


def distance_words(distance: float) -> str:
    """``6.4 × the tokens of the line``, ``a quarter`` written as ``0.25 ×``; ``on the line`` within a tenth."""
    if abs(math.log10(distance)) < math.log10(1.1):
        return _("on the line of 20 tokens per parameter")
    return _("%(factor)s × the tokens of the 20-per-parameter line") % {
        "factor": f"{distance:.2g}" if distance < 100 else f"{distance:,.0f}"
    }


def _plain(text: str) -> str:
    """Text as plotly shows it: its small markup language read as text."""
    return html.escape(text, quote=False)


def _line(points: Sequence[Point]) -> Figure:
    low, high = _span([point.parameters for point in points])
    xs = [10**low, 10**high]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": _("20 tokens per parameter"),
        "x": xs,
        "y": [OPTIMAL * x for x in xs],
        "hoverinfo": "skip",
        "line": {"color": "var(--ink)", "width": 1.5, "dash": "dash"},
    }


def _rings(points: Sequence[Point]) -> Figure:
    return {
        "type": "scatter",
        "mode": "markers+text",
        "name": _("Chosen"),
        "x": [point.parameters for point in points],
        "y": [point.tokens for point in points],
        "text": [_plain(point.name) for point in points],
        "textposition": "top center",
        "textfont": {"color": "var(--ink)", "size": 12},
        "hoverinfo": "skip",
        "marker": {"symbol": "circle-open", "size": 18, "color": "var(--ink)", "line": {"width": 2}},
    }


def _span(numbers: Sequence[int]) -> tuple[float, float]:
    """The powers of ten around the numbers, with some room."""
    return math.log10(min(numbers)) - 0.25, math.log10(max(numbers)) + 0.25


def _layout(points: Sequence[Point]) -> Figure:
    across, up = _span([point.parameters for point in points]), _span([point.tokens for point in points])
    return {
        "showlegend": False,
        "hovermode": "closest",
        "height": 560,
        "margin": {"l": 64, "r": 16, "t": 12, "b": 52},
        "xaxis": {**AXIS, **_ticks(across), "range": list(across), "title": {"text": _("Parameters"), "standoff": 8}},
        "yaxis": {**AXIS, **_ticks(up), "range": list(up), "title": {"text": _("Training tokens"), "standoff": 8}},
        "annotations": [_label(across, up)] if across[0] < up[1] - math.log10(OPTIMAL) else [],
        "dragmode": "pan",
        "meta": {"still_on_touch": True},
    }


def _ticks(span: tuple[float, float]) -> Figure:
    """A tick at each power of ten, written as sizes are written here; also at 3 where there are few."""
    powers = range(math.floor(span[0]), math.ceil(span[1]) + 1)
    steps = (1, 3) if len(powers) <= 5 else (1,)
    ticks = [step * 10**power for power in powers if power >= 0 for step in steps]
    return {"tickmode": "array", "tickvals": ticks, "ticktext": [values.format_size(tick) for tick in ticks]}


def _label(across: tuple[float, float], up: tuple[float, float]) -> Figure:
    """The name of the line, below it, a quarter of the way along what is seen of it."""
    rise = math.log10(OPTIMAL)
    start, end = max(across[0], up[0] - rise), min(across[1], up[1] - rise)
    at = start + 0.25 * (end - start)
    return {
        "x": at,
        "y": at + rise,
        "xref": "x",
        "yref": "y",
        "text": _("20 tokens per parameter<br>Hoffmann et al. 2022"),
        "showarrow": False,
        "xanchor": "left",
        "yanchor": "top",
        "xshift": 10,
        "align": "left",
        "font": {"color": "var(--ink-2)", "size": 11},
    }
