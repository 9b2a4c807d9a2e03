"""The figure of what devices did: plain records in, a plotly figure out. Pure; colours are names of tokens."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

LANE = 46
"""Height of a device in pixels: its name, and the bars below."""
LEAST = 0.004
"""Part of the width that the shortest bar has, so that it can be seen and hit."""
HOUR = 3600.0
TICKS = {1: 4, 6: 6, 24: 4, 168: 7}
"""Hours shown → parts between ticks."""
LOOKS: dict[str, tuple[str, str]] = {
    "running": ("var(--st-running)", ""),
    "done": ("var(--st-done)", ""),
    "failed": ("var(--st-failed)", "x"),
    "queued": ("var(--warn)", "/"),
    "cancelled": ("var(--st-cancelled)", "-"),
    "hidden": ("var(--line-strong)", "."),
}
"""How an attempt ended → colour and hatching; ``queued``: it went back to the queue."""


@dataclass(frozen=True)
class Stretch:
    """One attempt on one device. ``begin`` and ``end`` are seconds before now; ``told`` are the lines of its box."""

    device: str
    begin: float
    end: float
    how: str
    told: tuple[str, ...]
    url: str = ""


def timeline(stretches: Sequence[Stretch], devices: Sequence[str], hours: int) -> dict[str, Any]:
    """A lane for each of ``devices``, in their order, over so many hours past; now is at the right."""
    lanes = {device: place for place, device in enumerate(devices)}
    span = hours * HOUR
    data = [_bars(how, [each for each in stretches if each.how == how], lanes, span) for how in LOOKS]
    layout = {
        "showlegend": False,
        "hovermode": "closest",
        "barmode": "overlay",
        "height": 44 + LANE * len(devices),
        "margin": {"l": 4, "r": 18, "t": 4, "b": 34},
        "xaxis": {
            "range": [-span, span * 0.01],
            "fixedrange": True,
            "gridcolor": "var(--line)",
            "zerolinecolor": "var(--line-strong)",
            "tickfont": {"color": "var(--ink-2)"},
            **_ticks(hours),
        },
        "yaxis": {"visible": False, "fixedrange": True, "range": [len(devices) - 0.4, -0.75]},
    }
    return {"data": [*(trace for trace in data if trace["y"]), _names(devices, span)], "layout": layout}


def _bars(how: str, stretches: Sequence[Stretch], lanes: dict[str, int], span: float) -> dict[str, Any]:
    colour, hatching = LOOKS[how]
    edges = [_edges(each, span) for each in stretches]
    return {
        "type": "bar",
        "orientation": "h",
        "name": how,
        "y": [lanes[each.device] for each in stretches],
        "base": [left for left, _right in edges],
        "x": [right - left for left, right in edges],
        "width": 0.42,
        "marker": {
            "color": colour,
            "line": {"color": "var(--surface)", "width": 1},
            "pattern": {
                "shape": hatching,
                "fillmode": "overlay",
                "fgcolor": "var(--surface)",
                "size": 6,
                "solidity": 0.3,
            },
        },
        "hovertext": ["<br>".join(html.escape(line, quote=False) for line in each.told) for each in stretches],
        "hoverinfo": "text",
        "customdata": [each.url for each in stretches],
    }


def _edges(stretch: Stretch, span: float) -> tuple[float, float]:
    """Left and right on the axis, within the span; a short one grows around its end."""
    left, right = max(-span, -stretch.begin), -stretch.end
    lacking = span * LEAST - (right - left)
    return (left - lacking, right) if lacking > 0 else (left, right)


def _names(devices: Sequence[str], span: float) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "text",
        "x": [-span] * len(devices),
        "y": [place - 0.42 for place in range(len(devices))],
        "text": [html.escape(device, quote=False) for device in devices],
        "textposition": "middle right",
        "textfont": {"color": "var(--ink)", "size": 12},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }


def _ticks(hours: int) -> dict[str, Any]:
    """Whole parts of the span."""
    parts = TICKS.get(hours, 4)
    places = [hours * part / parts for part in range(parts + 1)]
    return {
        "tickmode": "array",
        "tickvals": [-place * HOUR for place in places],
        "ticktext": [ago(place) for place in places],
    }


def ago(hours: float) -> str:
    """Hours before now as an axis writes them: ``now``, ``−15 min``, ``−6 h``, ``−2 d``."""
    if not hours:
        return _("now")
    if hours < 1:
        return _("−%(n)d min") % {"n": round(60 * hours)}
    return _("−%(n)g h") % {"n": hours} if hours < 48 else _("−%(n)g d") % {"n": hours / 24}
