"""How far a run or an evaluation is, and how long it still takes: pure functions of rows, and two short reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from evaluation.models import Cell, CellState, Evaluation, Run

ENDED = (CellState.DONE, CellState.FAILED, CellState.CANCELLED)


@dataclass(frozen=True)
class CellRow:
    """What progress needs to know of a cell. ``documents`` is ``None`` where nobody has counted them yet."""

    state: str
    documents_done: int
    documents: int | None
    seconds: float | None = None


@dataclass(frozen=True)
class Progress:
    """``fraction`` in 0..1 and ``seconds_left`` are ``None`` where not enough is known."""

    cells: int
    cells_ended: int
    cells_failed: int
    documents_done: int
    documents: int | None
    fraction: float | None
    seconds_left: float | None
    ended: bool


def progress(rows: Iterable[CellRow], rate: float | None = None) -> Progress:
    """Sum up cells. ``rate`` is documents a second now; without it, that of the cells that are done.

    An ended cell counts all its documents, however it ended. With unknown document counts the fraction is that of
    the cells. Of no cells at all, nothing is known and nothing is left.
    """
    rows = list(rows)
    ended = [row for row in rows if row.state in ENDED]
    known = all(row.documents is not None for row in rows)
    documents = sum(row.documents or 0 for row in rows) if known else None
    done = sum((row.documents or row.documents_done) if row.state in ENDED else row.documents_done for row in rows)
    over = len(ended) == len(rows)
    if documents:
        fraction: float | None = min(done / documents, 1.0)
    else:
        fraction = len(ended) / len(rows) if rows else None
    speed = rate or _past_rate(rows)
    left = max(documents - done, 0) / speed if documents is not None and speed else None
    return Progress(
        cells=len(rows),
        cells_ended=len(ended),
        cells_failed=sum(row.state == CellState.FAILED for row in rows),
        documents_done=done,
        documents=documents,
        fraction=1.0 if over and rows else fraction,
        seconds_left=0.0 if over else left,
        ended=over,
    )


def _past_rate(rows: list[CellRow]) -> float | None:
    timed = [row for row in rows if row.state == CellState.DONE and row.seconds]
    seconds = sum(row.seconds or 0 for row in timed)
    return sum(row.documents_done for row in timed) / seconds if seconds else None


def cell_row(cell: Cell) -> CellRow:
    """A cell as progress sees it; documents fall back on what the task list says, cut by the limit."""
    documents = cell.documents_total
    if documents is None:
        counts = [n for n in (cell.task.documents, cell.settings.get("limit")) if n is not None]
        documents = min(counts) if cell.task.documents is not None else None
    took = (cell.ended_at - cell.started_at).total_seconds() if cell.ended_at and cell.started_at else None
    return CellRow(cell.state, cell.documents_done, documents, took)


def now_rate(said: dict[str, Any]) -> float | None:
    """Documents a second as the runner last said."""
    rate = said.get("rate")
    return float(rate) if isinstance(rate, (int, float)) and rate > 0 else None


def run_progress(run: Run) -> Progress:
    """Progress of a run."""
    cells = run.cells.select_related("task")
    return progress([cell_row(cell) for cell in cells], now_rate(run.progress))


def evaluation_progress(evaluation: Evaluation) -> Progress:
    """Progress of an evaluation, each cell once; speeds of its running runs add up."""
    cells = list(Cell.objects.filter(evaluations=evaluation).distinct().select_related("task", "run"))
    running = {cell.run.pk: cell.run for cell in cells if cell.run and cell.run.state == "running"}
    rates = [rate for run in running.values() if (rate := now_rate(run.progress))]
    return progress([cell_row(cell) for cell in cells], sum(rates) or None)
