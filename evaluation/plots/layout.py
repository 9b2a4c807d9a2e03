"""What all figures of the page have in common: axes, ticks, hover boxes. Pure."""

from __future__ import annotations

import datetime
import html
import math
from collections.abc import Callable, Sequence
from typing import Any

from django.utils.formats import date_format

Figure = dict[str, Any]
AXIS = {
    "gridcolor": "var(--line)",
    "zeroline": False,
    "tickfont": {"color": "var(--ink-2)"},
    "linecolor": "var(--line-strong)",
    "showline": True,
    "ticks": "outside",
    "tickcolor": "var(--line-strong)",
}
ROOM = 0.06


def plain(text: str) -> str:
    """Text that plotly must not read as markup."""
    return html.escape(text, quote=False)


def frame(height: int, x: Figure, y: Figure) -> Figure:
    """The layout around two axes. A finger on the figure scrolls the page."""
    return {
        "showlegend": False,
        "hovermode": "closest",
        "height": height,
        "margin": {"l": 60, "r": 16, "t": 16, "b": 52},
        "xaxis": {**AXIS, **x},
        "yaxis": {**AXIS, **y},
        "dragmode": "pan",
        "meta": {"still_on_touch": True},
    }


def span(values: Sequence[float], log: bool) -> tuple[float, float]:
    """The ends of an axis around the values, with some room; on a logarithmic one as powers of ten, as plotly wants."""
    places = [math.log10(value) for value in values] if log else list(values)
    low, high = min(places), max(places)
    room = (high - low) * ROOM or (0.25 if log else abs(high) * 0.1 or 1.0)
    return low - room, high + room


def log_axis(values: Sequence[float], title: str, written: Callable[[float], str]) -> Figure:
    """A logarithmic axis with a tick at each power of ten, and at more places between them the fewer there are."""
    ends = span(values, log=True)
    powers = range(math.floor(ends[0]), math.ceil(ends[1]) + 1)
    wide = ends[1] - ends[0]
    steps = range(1, 10) if wide < 0.8 else (1, 2, 5) if wide < 2 else (1, 3) if wide < 5 else (1,)
    ticks = [step * 10.0**power for power in powers for step in steps]
    seen = [tick for tick in ticks if ends[0] <= math.log10(tick) <= ends[1]]
    return {
        "type": "log",
        "range": list(ends),
        "tickmode": "array",
        "tickvals": seen,
        "ticktext": [written(tick) for tick in seen],
        "title": {"text": plain(title), "standoff": 8},
    }


def linear_axis(values: Sequence[float], title: str) -> Figure:
    """A linear axis."""
    return {"type": "linear", "range": list(span(values, log=False)), "title": {"text": plain(title), "standoff": 8}}


def size_axis(values: Sequence[float], title: str, written: Callable[[float], str]) -> Figure:
    """A linear axis whose ticks are written as sizes are: about six of them, at round numbers."""
    axis = linear_axis(values, title)
    low, high = axis["range"]
    rough = (high - low) / 6
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * one for one in (1, 2, 5, 10) if power * one >= rough)
    ticks = [step * number for number in range(max(0, math.ceil(low / step)), math.floor(high / step) + 1)]
    return {**axis, "tickmode": "array", "tickvals": ticks, "ticktext": [written(one) if one else "0" for one in ticks]}


def date_axis(values: Sequence[float], title: str) -> Figure:
    """An axis of days, given as the numbers of ``date.toordinal``, with a tick at the beginning of each year; of each
    quarter where there are fewer than three."""
    axis = linear_axis(values, title)
    first, last = (datetime.date.fromordinal(max(1, round(end))) for end in axis["range"])
    months = (1,) if last.year - first.year >= 3 else (1, 4, 7, 10)
    starts = [datetime.date(year, month, 1) for year in range(first.year, last.year + 1) for month in months]
    seen = [start for start in starts if first <= start <= last]
    texts = [str(start.year) if len(months) == 1 else date_format(start, "M Y") for start in seen]
    return {**axis, "tickmode": "array", "tickvals": [start.toordinal() for start in seen], "ticktext": texts}


def score_axis(values: Sequence[float], title: str, log: bool) -> Figure:
    """The axis of scores; fractions stay within 0 and 1, with a little room for the marks."""
    if log:
        return log_axis(values, title, lambda value: f"{value:.3g}")
    axis = linear_axis(values, title)
    if all(0 <= value <= 1 for value in values):
        low, high = axis["range"]
        axis["range"] = [max(-0.02, low), min(1.02, high)]
    return {**axis, "nticks": 8, "automargin": True}


def level(value: float) -> Figure:
    """The line of a blind guess."""
    line = {"color": "var(--ink-3)", "width": 1.5, "dash": "dot"}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": value, "y1": value, "line": line, "layer": "below"}


def band(xs: Sequence[Any], low: Sequence[float], high: Sequence[float], colour: str) -> Figure:
    """An area between two lines."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [*xs, *reversed(xs), xs[0]],
        "y": [*high, *reversed(low), high[0]],
        "fill": "toself",
        "fillcolor": colour,
        "line": {"color": colour, "width": 0},
        "opacity": 0.13,
        "hoverinfo": "skip",
    }
