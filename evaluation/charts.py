"""Figures of the comparison: plain records in, plotly figures out. Pure; colours are names of tokens."""

from __future__ import annotations

import html
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from evaluation.comparison.contenders import Contender
from evaluation.comparison.table import TableCell, TableRow

Figure = dict[str, Any]
Address = Callable[[TableCell], str]
GRID = {"gridcolor": "var(--line)", "zerolinecolor": "var(--line-strong)", "tickfont": {"color": "var(--ink-2)"}}
# Pixels by which shapes are drawn larger, so that they look as large as a circle.
LARGER = {"triangle-up": 2, "triangle-down": 2, "diamond": 1, "star": 3, "hourglass": 1}
FRAME = {"showlegend": False, "hovermode": "closest"}


def bar_figure(rows: Sequence[TableRow], models: Sequence[Contender], address: Address) -> Figure:
    """Scores by task as lying bars, one per model, with 95 % intervals; hatched where published, dotted: chance."""
    rows = [row for row in rows if row.fraction][::-1]
    data = [_bars(rows, one, address) for one in reversed(models)]
    chances = [(row.chance, number) for number, row in enumerate(rows) if row.chance]
    if chances:
        data.append(_chance(chances))
    ticks = {"tickmode": "array", "tickvals": list(range(len(rows))), "ticktext": labels(rows)}
    layout = {
        **FRAME,
        "barmode": "group",
        "bargap": 0.3,
        "height": 56 + len(rows) * (16 + 13 * len(models)),
        "margin": {"l": 8, "r": 12, "t": 8, "b": 36},
        "xaxis": {**GRID, "range": [0, 1.02], "fixedrange": True, "tickformat": ".2~f"},
        "yaxis": {
            **ticks,
            "range": [-0.6, len(rows) - 0.4],
            "automargin": True,
            "fixedrange": True,
            "ticklabelstandoff": 6,
            "tickfont": {"color": "var(--ink)"},
        },
    }
    return {"data": data, "layout": layout}


def _bars(rows: Sequence[TableRow], model: Contender, address: Address) -> Figure:
    known = [
        (number, row, cell)
        for number, row in enumerate(rows)
        for cell in row.cells
        if cell.model.position == model.position and cell.shown
    ]
    values = [cell.shown.value for _, _, cell in known if cell.shown]
    spans = [cell.interval for _, _, cell in known]
    return {
        "type": "bar",
        "orientation": "h",
        "name": plain(model.name),
        "y": [number for number, _, _ in known],
        "x": values,
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [span.high - value if span else None for span, value in zip(spans, values, strict=True)],
            "arrayminus": [value - span.low if span else None for span, value in zip(spans, values, strict=True)],
            "color": "var(--ink)",
            "thickness": 1.2,
            "width": 0,
        },
        "marker": {
            "color": model.colour,
            "line": {"color": model.colour, "width": 1},
            "pattern": {
                "shape": ["/" if cell.origin == "published" else "" for _, _, cell in known],
                "fillmode": "overlay",
                "fgcolor": "var(--surface)",
                "size": 6,
                "solidity": 0.3,
            },
        },
        "hovertext": [_told(row, cell) for _, row, cell in known],
        "hoverinfo": "text",
        "customdata": [address(cell) for _, _, cell in known],
    }


def _chance(chances: Sequence[tuple[float | None, int]]) -> Figure:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [chance for chance, _row in chances],
        "y": [number for _chance, number in chances],
        "marker": {"symbol": "line-ns", "size": 22, "line": {"color": "var(--ink-3)", "width": 1.5}},
        "hovertext": [_("blind guess %(share).3g") % {"share": chance} for chance, _row in chances],
        "hoverinfo": "text",
    }


def shot_figures(rows: Sequence[TableRow], models: Sequence[Contender], address: Address) -> list[dict[str, Any]]:
    """One curve figure for each task and metric with two shot counts or more, those with the most points first.

    Each is ``{"id", "name", "metric", "origins", "figure", "points"}``.
    """
    groups: dict[tuple[str, str, str], list[TableRow]] = defaultdict(list)
    for row in rows:
        groups[(row.key.subject, row.key.metric, row.key.filter)].append(row)
    found: list[dict[str, Any]] = []
    for (_subject, metric, filter_name), mine in groups.items():
        mine.sort(key=lambda row: row.key.num_fewshot)
        cells = [cell for row in mine for cell in row.cells if cell.shown]
        if len(mine) < 2 or not any(sum(cell.model == one for cell in cells) > 1 for one in models):
            continue
        found.append(
            {
                "name": mine[0].name,
                "metric": f"{metric}, {filter_name}" if filter_name else metric,
                "origins": sorted({cell.origin for cell in cells}),
                "banded": any(cell.interval for cell in cells),
                "points": len(cells),
                "figure": _curves(mine, models, address),
            }
        )
    found.sort(key=lambda one: (-one["points"], one["name"]))
    return [{**one, "id": f"shots-{number}"} for number, one in enumerate(found)]


def _curves(rows: Sequence[TableRow], models: Sequence[Contender], address: Address) -> Figure:
    shots = [row.key.num_fewshot for row in rows]
    data: list[Figure] = []
    for one in models:
        cells = [(place, row, cell) for place, row in enumerate(rows) for cell in row.cells if cell.model == one]
        for published in (False, True):
            mine = [
                (place, row, cell)
                for place, row, cell in cells
                if cell.shown and (cell.origin == "published") == published
            ]
            data += [*_band(mine, one), _line(mine, one, published, address)] if mine else []
    chance = rows[0].chance
    shapes = [_level(chance)] if chance and rows[0].fraction else []
    ticks = {"tickmode": "array", "tickvals": list(range(len(shots))), "ticktext": [str(one) for one in shots]}
    layout = {
        **FRAME,
        "height": 280,
        "margin": {"l": 44, "r": 14, "t": 10, "b": 44},
        "shapes": shapes,
        "xaxis": {
            **GRID,
            **ticks,
            "range": [-0.25, len(shots) - 0.75],
            "fixedrange": True,
            "showgrid": False,
            "title": {"text": _("examples in the prompt"), "font": {"size": 12}},
        },
        "yaxis": {**GRID, "fixedrange": True, "automargin": True, "nticks": 6},
    }
    return {"data": data, "layout": layout}


def _line(
    mine: Sequence[tuple[int, TableRow, TableCell]], model: Contender, published: bool, address: Address
) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": plain(model.name),
        "x": [place for place, _, _ in mine],
        "y": [cell.shown.value for _, _, cell in mine if cell.shown],
        "line": {"color": model.colour, "width": 2.2, "dash": model.dash},
        "marker": marker(model, [published] * len(mine)),
        "hovertext": [_told(row, cell) for _, row, cell in mine],
        "hoverinfo": "text",
        "customdata": [address(cell) for _, _, cell in mine],
    }


def _band(mine: Sequence[tuple[int, TableRow, TableCell]], model: Contender) -> list[Figure]:
    spans = [(place, cell.interval) for place, _, cell in mine if cell.interval]
    if not spans:
        return []
    upper = [(place, span.high) for place, span in spans]
    lower = [(place, span.low) for place, span in reversed(spans)]
    edge = [*upper, *lower, upper[0]]
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": [x for x, _ in edge],
            "y": [y for _, y in edge],
            "fill": "toself",
            "fillcolor": model.colour,
            "line": {"color": model.colour, "width": 1},
            "opacity": 0.16,
            "hoverinfo": "skip",
        }
    ]


def _level(chance: float) -> Figure:
    line = {"color": "var(--ink-3)", "width": 1.5, "dash": "dot"}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": chance, "y1": chance, "line": line}


def labels(rows: Sequence[TableRow], shots: bool = False) -> list[str]:
    """Names of the rows, with the metric where a task has several, and with the shots where that is asked for."""
    names = [(row.name, row.key.num_fewshot if shots else 0) for row in rows]
    parts = [", ".join(filter(None, (row.key.metric, row.key.filter))) for row in rows]
    return [
        plain(
            row.name
            + (f", {part}" if names.count(name) > 1 else "")
            + (f", {row.key.num_fewshot}-shot" if shots else "")
        )
        for row, name, part in zip(rows, names, parts, strict=True)
    ]


def marker(model: Contender, hollow: Sequence[bool], size: int = 10) -> Figure:
    """A model's marks in its colour and shape; ``hollow``: which of them are."""
    edge = ["var(--surface)" if not one else model.colour for one in hollow]
    return {
        "symbol": [f"{model.symbol}-open" if one else model.symbol for one in hollow],
        "size": size + LARGER.get(model.symbol, 0),
        "color": model.colour,
        "line": {"width": [2 if one else 1 for one in hollow], "color": edge},
    }


def _told(row: TableRow, cell: TableCell) -> str:
    """The lines of the hover box."""
    if cell.shown is None:
        return ""
    asked = _("%(name)s, %(shots)d-shot, %(metric)s")
    asked %= {"name": plain(row.name), "shots": row.key.num_fewshot, "metric": plain(row.key.metric)}
    lines = [f"<b>{plain(cell.model.name)}</b>", f"{asked}: <b>{cell.shown.value:.3f}</b>"]
    if cell.interval:
        span = {"low": cell.interval.low, "high": cell.interval.high}
        lines.append(_("95 %% interval %(low).3f to %(high).3f") % span)
    if cell.measured and cell.measured.limit:
        lines.append(_("limited to %(n)d documents") % {"n": cell.measured.limit})
    lines.append(cell.origin)
    return "<br>".join(lines)


def plain(text: str) -> str:
    """Text that plotly must not read as markup."""
    return html.escape(text, quote=False)
