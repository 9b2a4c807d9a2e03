"""The board as tables of plain values, whole: as the page shows it, and its scores one by one."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from evaluation.leaderboard.board import Board
from evaluation.leaderboard.lines import Line
from evaluation.leaderboard.ties import Ties
from evaluation.tableexport import Cell, Column, Sheet


def board_sheet(board: Board, ties: Ties | None, address: str, notes: Sequence[str]) -> Sheet:
    """A row for each model, those without all scores behind."""
    columns = [
        Column("place", _("Place"), "integer"),
        Column("ties", _("Ties")),
        Column("model", _("Model")),
        Column("name", _("Name")),
        Column("parameters", _("Parameters"), "integer"),
        Column("average", _("Average"), "number", 3),
        *(Column(one.word, f"{one.name}, {one.metric}", "number", 3) for one in board.columns),
    ]
    rows = [_row(line, board, ties) for line in (*board.lines, *board.apart)]
    return Sheet(_("Leaderboard"), columns, rows, notes, address)


def _row(line: Line, board: Board, ties: Ties | None) -> list[Cell]:
    letters = ties.letters.get(line.card.pk) if ties else None
    entries = [line.entries.get(at) for at in range(len(board.columns))]
    values = [entry.shown if entry else None for entry in entries]
    return [line.place, letters, line.card.slug, line.card.name, line.card.parameters, line.average, *values]


SCORE_COLUMNS = (
    ("model", "text"),
    ("task", "text"),
    ("num_fewshot", "integer"),
    ("metric", "text"),
    ("filter", "text"),
    ("value", "number"),
    ("shown", "number"),
    ("stderr", "number"),
    ("n", "integer"),
    ("origin", "text"),
    ("source", "text"),
    ("confidence", "text"),
    ("alike", "text"),
    ("comparable_key", "text"),
)


def scores_sheet(board: Board, address: str, notes: Sequence[str]) -> Sheet:
    """A row for each score behind the board; ``alike``: measured as the others of its column."""
    columns = [Column(name, name, kind) for name, kind in SCORE_COLUMNS]  # type: ignore[arg-type]
    rows = [row for line in (*board.lines, *board.apart) for row in _scores(line, board)]
    return Sheet(_("Scores of the leaderboard"), columns, rows, notes, address)


def _scores(line: Line, board: Board) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    for at, column in enumerate(board.columns):
        entry = line.entries.get(at)
        for row in (entry.row, *entry.others) if entry else ():
            shown = entry.shown if entry and row is entry.row else None
            alike = bool(entry and entry.alike and row is entry.row)
            told: list[Cell] = [
                line.card.slug,
                column.subject,
                row.num_fewshot,
                row.metric,
                row.filter,
                row.value,
                shown,
            ]
            rows.append([*told, row.stderr, row.n, row.origin, row.source, row.confidence, alike, row.comparable_key])
    return rows
