"""Figures of differences, profiles and seeds: settled rows in, plotly figures out. Colours are names of tokens."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from evaluation.charts import FRAME, GRID, Address, Figure, labels, marker, plain
from evaluation.comparison.contenders import Contender
from evaluation.comparison.seeds import SeedLine
from evaluation.comparison.table import TableCell, TableRow
from evaluation.comparison.verdicts import Pair
from evaluation.core.statistics import normalised

ROW, LANE = 14, 13
"""Heights in pixels: of the room between two rows of a figure, and of each model's lane."""
Drawn = tuple[float, TableRow, TableCell, Pair]


def forest_figure(rows: Sequence[TableRow], models: Sequence[Contender], address: Address) -> Figure | None:
    """Differences from the anchor of each row with their 95 % intervals; better is to the right, whatever the metric.

    Hollow: not paired. None where nothing was tested. Rows whose values are no shares have an axis of their own
    nowhere: they are in the table.
    """
    rows = [row for row in rows if row.fraction and any(_tested(cell) for cell in row.cells)][::-1]
    if not rows:
        return None
    models = [one for one in models if any(_tested(row.cells[one.position]) for row in rows)]
    lanes = max(_lanes(row, models) for row in rows)
    return {
        "data": [_differences(rows, one, models, address) for one in models],
        "layout": {
            **FRAME,
            "height": 70 + len(rows) * (ROW + LANE * lanes),
            "margin": {"l": 8, "r": 12, "t": 8, "b": 44},
            "xaxis": {
                **GRID,
                "range": _reach(rows),
                "fixedrange": True,
                "zeroline": True,
                "zerolinewidth": 1.5,
                "tickformat": "+.2~f",
                "title": {"text": _("worse ◂ difference ▸ better"), "font": {"size": 12}},
            },
            "yaxis": _rows_axis(rows),
        },
    }


def _tested(cell: TableCell) -> Pair | None:
    return cell.verdict.pair if cell.verdict else None


def _lanes(row: TableRow, models: Sequence[Contender]) -> int:
    return sum(one.position != row.anchor for one in models)


def _reach(rows: Sequence[TableRow]) -> list[float]:
    """The ends of the axis: 0 and all intervals, with a little room."""
    ends = [0.0, 0.01, -0.01]
    for row in rows:
        pairs = [pair for cell in row.cells if (pair := _tested(cell))]
        sign = 1 if row.higher_is_better else -1
        ends += [sign * end for one in pairs for end in (one.difference.interval.low, one.difference.interval.high)]
    room = 0.04 * (max(ends) - min(ends))
    return [min(ends) - room, max(ends) + room]


def _rows_axis(rows: Sequence[TableRow]) -> Figure:
    return {
        "tickmode": "array",
        "tickvals": list(range(len(rows))),
        "ticktext": labels(rows, shots=len({row.key.num_fewshot for row in rows}) > 1),
        "range": [-0.6, len(rows) - 0.4],
        "automargin": True,
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
        "ticklabelstandoff": 6,
        "tickfont": {"color": "var(--ink)"},
    }


def _differences(rows: Sequence[TableRow], model: Contender, models: Sequence[Contender], address: Address) -> Figure:
    """One model's differences; within a row the models stand in their order, from above."""
    drawn: list[Drawn] = []
    for number, row in enumerate(rows):
        others = [one.position for one in models if one.position != row.anchor]
        cell = row.cells[model.position]
        pair = _tested(cell)
        if pair:
            lane = (others.index(model.position) + 0.5) / len(others) - 0.5
            drawn.append((number - 0.74 * lane, row, cell, pair))
    signs = [1 if row.higher_is_better else -1 for _y, row, _cell, _pair in drawn]
    ends = [(pair.difference.interval.low, pair.difference.interval.high) for *_rest, pair in drawn]
    values = [sign * pair.difference.value for sign, (*_rest, pair) in zip(signs, drawn, strict=True)]
    spans = [sorted((sign * low, sign * high)) for sign, (low, high) in zip(signs, ends, strict=True)]
    paired = [pair.difference.method.startswith("paired") for *_rest, pair in drawn]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": plain(model.name),
        "x": values,
        "y": [y for y, *_rest in drawn],
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [high - value for (_low, high), value in zip(spans, values, strict=True)],
            "arrayminus": [value - low for (low, _high), value in zip(spans, values, strict=True)],
            "color": model.colour,
            "thickness": 1.6,
            "width": 0,
        },
        "marker": marker(model, [not one for one in paired], size=9),
        "hovertext": [_difference_told(row, cell) for _y, row, cell, _pair in drawn],
        "hoverinfo": "text",
        "customdata": [address(cell) for _y, _row, cell, _pair in drawn],
    }


def _difference_told(row: TableRow, cell: TableCell) -> str:
    """The lines of the hover box."""
    assert cell.verdict
    assert row.anchor is not None
    words = cell.verdict.reason.split(". ")
    return "<br>".join(
        [
            f"<b>{plain(cell.model.name)}</b> − {plain(row.cells[row.anchor].model.name)}",
            f"{plain(row.name)}, {row.key.num_fewshot}-shot, {plain(row.key.metric)}: "
            f"<b>{cell.verdict.delta:+.3f}</b> {cell.verdict.sign} {plain(str(cell.verdict.word))}",
            *(plain(sentence.rstrip(".")) for sentence in words),
        ]
    )


def profile_figure(rows: Sequence[TableRow], models: Sequence[Contender], address: Address) -> Figure | None:
    """Parallel coordinates: a line for each model over the tasks, from a blind guess (0) to all right (1).

    Only rows whose values are shares of which more is better and whose chance level is known; None below three.
    """
    rows = [row for row in rows if row.fraction and row.higher_is_better and row.chance is not None]
    rows = [row for row in rows if sum(cell.shown is not None for cell in row.cells) > 1]
    if len(rows) < 3:
        return None
    return {
        "data": [_profile(rows, one, address) for one in models],
        "layout": {
            **FRAME,
            "height": 340,
            "margin": {"l": 44, "r": 20, "t": 12, "b": 40},
            "xaxis": {
                **GRID,
                "tickmode": "array",
                "tickvals": list(range(len(rows))),
                "ticktext": labels(rows, shots=len({row.key.num_fewshot for row in rows}) > 1),
                "range": [-0.3, len(rows) - 0.7],
                "automargin": True,
                "fixedrange": True,
                "gridcolor": "var(--line-strong)",
            },
            "yaxis": {**GRID, "fixedrange": True, "automargin": True, "nticks": 6, "zeroline": True},
        },
    }


def _profile(rows: Sequence[TableRow], model: Contender, address: Address) -> Figure:
    cells = [row.cells[model.position] for row in rows]
    values = [normalised(cell.shown.value if cell.shown else None, row.chance) for row, cell in _zip(rows, cells)]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": plain(model.name),
        "x": list(range(len(rows))),
        "y": values,
        "connectgaps": False,
        "line": {"color": model.colour, "width": 2, "dash": model.dash},
        "marker": marker(model, [cell.origin == "published" for cell in cells]),
        "hovertext": [
            _profile_told(row, cell, value) for (row, cell), value in zip(_zip(rows, cells), values, strict=True)
        ],
        "hoverinfo": "text",
        "customdata": [address(cell) for cell in cells],
    }


def _zip(rows: Sequence[TableRow], cells: Sequence[TableCell]) -> list[tuple[TableRow, TableCell]]:
    return list(zip(rows, cells, strict=True))


def _profile_told(row: TableRow, cell: TableCell, value: float | None) -> str:
    if cell.shown is None or value is None:
        return ""
    asked = _("%(name)s, %(shots)d-shot") % {"name": plain(row.name), "shots": row.key.num_fewshot}
    way = _("%(share).0f %% of the way from a blind guess (%(chance).3g) to all right") % {
        "share": 100 * value,
        "chance": row.chance,
    }
    return f"<b>{plain(cell.model.name)}</b><br>{asked}: <b>{cell.shown.value:.3f}</b><br>{way}<br>{cell.origin}"


def seed_figure(lines: Sequence[SeedLine], address: Callable[[int], str]) -> Figure | None:
    """Each seed's score as a mark, with the mean and one standard deviation to either side; None without such tasks."""
    lines = [line for line in lines if all(0 <= one.value <= 1 for _seed, one in line.seeds)][::-1]
    if not lines:
        return None
    # On two lines: beside one line of both names a phone has no room for marks.
    names = [f"{plain(line.name)}, {line.key.num_fewshot}-shot<br>{plain(line.model.name)}" for line in lines]
    return {
        "data": [trace for number, line in enumerate(lines) for trace in _seed_traces(number, line, address)],
        "layout": {
            **FRAME,
            "height": 60 + 38 * len(lines),
            "margin": {"l": 8, "r": 12, "t": 8, "b": 36},
            "xaxis": {**GRID, "fixedrange": True, "tickformat": ".3~f", "nticks": 5, "range": _around(lines)},
            "yaxis": {
                "tickmode": "array",
                "tickvals": list(range(len(lines))),
                "ticktext": names,
                "range": [-0.7, len(lines) - 0.3],
                "automargin": True,
                "fixedrange": True,
                "showgrid": False,
                "zeroline": False,
                "ticklabelstandoff": 6,
                "tickfont": {"color": "var(--ink)"},
            },
        },
    }


def _around(lines: Sequence[SeedLine]) -> list[float]:
    """The ends of the axis of seeds: all scores and spreads, with a little room, never less than two points wide."""
    ends = [one.value for line in lines for _seed, one in line.seeds]
    ends += [line.spread.mean + sign * line.spread.sd for line in lines for sign in (-1, 1)]
    room = max(0.01, 0.06 * (max(ends) - min(ends)))
    return [min(ends) - room, max(ends) + room]


def _seed_traces(number: int, line: SeedLine, address: Callable[[int], str]) -> list[Figure]:
    mean, sd = line.spread.mean, line.spread.sd
    span = {
        "type": "scatter",
        "mode": "lines",
        "x": [mean - sd, mean + sd],
        "y": [number, number],
        "line": {"color": line.model.colour, "width": 9},
        "opacity": 0.25,
        "hoverinfo": "skip",
    }
    seeds = {
        "type": "scatter",
        "mode": "markers",
        "name": plain(line.model.name),
        "x": [one.value for _seed, one in line.seeds],
        "y": [number] * len(line.seeds),
        "marker": marker(line.model, [False] * len(line.seeds), size=9),
        "hovertext": [
            f"<b>{plain(line.model.name)}</b><br>{plain(line.name)}, {line.key.num_fewshot}-shot, seed {seed}: "
            f"<b>{one.value:.3f}</b><br>mean {mean:.3f}, standard deviation {sd:.3f} over {line.spread.n} seeds"
            for seed, one in line.seeds
        ],
        "hoverinfo": "text",
        "customdata": [address(one.run) if one.run else "" for _seed, one in line.seeds],
    }
    return [span, seeds]
