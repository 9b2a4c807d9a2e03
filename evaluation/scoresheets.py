"""Scores as tables to be taken away: those of a card, and those of a task. A row for each value, its origin with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.http import HttpRequest
from django.utils.translation import gettext as _

from evaluation.models import Cell as EvaluatedCell
from evaluation.models import Score
from evaluation.tableexport import Cell, Column, Sheet
from evaluation.views.scoreboard import Board


def score_columns() -> list[Column]:
    """What each value is told with."""
    return [
        Column("model", _("Model")),
        Column("revision", _("Revision")),
        Column("task", _("Task")),
        Column("benchmark", _("Benchmark")),
        Column("num_fewshot", _("Shots"), "integer"),
        Column("metric", _("Metric")),
        Column("filter", _("Filter")),
        Column("value", _("Value"), "number"),
        Column("stderr", _("Standard error"), "number"),
        Column("n", _("Documents"), "integer"),
        Column("limit", _("Limited to"), "integer"),
        Column("origin", _("Origin")),
        Column("source", _("Source")),
        Column("confidence", _("Confidence")),
        Column("comparable_key", _("Comparable key")),
    ]


def scores_sheet(title: str, scores: Iterable[Score], address: str) -> Sheet:
    """A row for each score, in the order given."""
    notes = [
        _("Only values with equal comparable keys may be ranked; published values have none."),
        _("Limited values are of some documents alone."),
    ]
    return Sheet(title, score_columns(), [_row(one) for one in scores], notes, address)


def board_scores(board: Board) -> list[Score]:
    """The scores that a task's table shows, row by row."""
    return [entry.score for row in board.rows for entry in row.entries if entry]


def task_sheets(
    request: HttpRequest, name: str, board: Board, stated: Iterable[Score]
) -> dict[str, Callable[[], Sheet]]:
    """The two tables of a task's page."""
    address = request.build_absolute_uri(request.path)
    return {
        "measured": lambda: scores_sheet(_("%(task)s, measured here") % {"task": name}, board_scores(board), address),
        "stated": lambda: scores_sheet(_("%(task)s, stated elsewhere") % {"task": name}, stated, address),
    }


def cells_sheet(title: str, cells: Iterable[EvaluatedCell], address: str) -> Sheet:
    """A row for each score of an evaluation's cells; a cell without one has a row with its state and the reason."""
    columns = [
        Column("model", _("Model")),
        Column("revision", _("Revision")),
        Column("task", _("Task")),
        Column("num_fewshot", _("Shots"), "integer"),
        Column("seed", _("Seed"), "integer"),
        Column("limit", _("Limited to"), "integer"),
        Column("state", _("State")),
        Column("reason", _("Reason")),
        Column("metric", _("Metric")),
        Column("filter", _("Filter")),
        Column("value", _("Value"), "number"),
        Column("stderr", _("Standard error"), "number"),
        Column("n", _("Documents"), "integer"),
        Column("comparable_key", _("Comparable key")),
    ]
    rows = [row for cell in cells for row in _cell_rows(cell)]
    return Sheet(title, columns, rows, [_("Only values with equal comparable keys may be ranked.")], address)


def _cell_rows(cell: EvaluatedCell) -> Iterable[tuple[Cell, ...]]:
    settings = cell.settings or {}
    of_cell = (
        cell.checkpoint.card.name,
        cell.checkpoint.revision,
        cell.task.name,
        cell.num_fewshot,
        settings.get("seed"),
        settings.get("limit"),
        cell.state,
        cell.reason,
    )
    scores = sorted(cell.scores.all(), key=lambda one: (one.metric, one.filter))
    for one in scores:
        filter_name = "" if one.filter == "none" else one.filter
        yield *of_cell, one.metric, filter_name, one.value, one.stderr, one.n, one.comparable_key
    if not scores:
        yield *of_cell, "", "", None, None, None, ""


def _row(score: Score) -> tuple[Cell, ...]:
    cell = score.cell
    limit = (cell.settings or {}).get("limit") if cell else None
    return (
        score.card.name,
        score.checkpoint.revision if score.checkpoint else None,
        score.task_name or None,
        score.benchmark.slug if score.benchmark else None,
        score.num_fewshot,
        score.metric,
        "" if score.filter == "none" else score.filter,
        score.value,
        score.stderr,
        score.n,
        limit if isinstance(limit, int) else None,
        score.origin,
        score.source,
        score.confidence,
        score.comparable_key,
    )
