"""Counts for the first sentences of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evaluation.comparison.scores import Measured
from evaluation.comparison.table import TableCell, TableRow


@dataclass(frozen=True)
class Summary:
    """``shared``: rows with two values or more; ``verdicts``: of them that could be tested against the baseline;
    ``questions``: pairs that were tested in all; ``settled``: those that differ by more than noise."""

    rows: int
    shared: int
    verdicts: int
    questions: int
    settled: int
    published_only: bool
    higher: Mapping[int, tuple[int, int]]
    """By position: in how many shared rows its value is the better one against the baseline's, of how many: of
    values that were measured alike, or both printed."""


def summary(rows: Sequence[TableRow]) -> Summary:
    """What the page says before its tables."""
    higher: dict[int, tuple[int, int]] = {}
    verdicts = shared = 0
    for row in rows:
        shared += sum(cell.shown is not None for cell in row.cells) > 1
        for cell in row.cells:
            verdicts += cell.verdict is not None and cell.verdict.kind != "unknown"
            if cell.verdict and _alike(row, cell):
                up, all_ = higher.get(cell.model.position, (0, 0))
                better = cell.verdict.delta > 0 if row.higher_is_better else cell.verdict.delta < 0
                higher[cell.model.position] = (up + better, all_ + 1)
    values = [cell for row in rows for cell in row.cells if cell.shown]
    tested = [pair for row in rows for (i, j), pair in row.pairs.items() if i < j]
    return Summary(
        len(rows), shared, verdicts, len(tested), sum(pair.settled for pair in tested),
        all(cell.origin == "published" for cell in values), higher,
    )  # fmt: skip


def _alike(row: TableRow, cell: TableCell) -> bool:
    """Whether a value and that of the row's anchor may be counted against one another."""
    one, other = cell.shown, row.cells[row.anchor].shown if row.anchor is not None else None
    if isinstance(one, Measured) and isinstance(other, Measured):
        return one.comparable_key == other.comparable_key != ""
    return one is not None and other is not None and type(one) is type(other)
