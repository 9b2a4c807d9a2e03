"""Empty cells of the comparison that nobody could measure say why, instead of offering to be queued."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from evaluation.actions.refuse import CheckpointVerdict, checkpoint_verdict, pair_refusal, task_refusal
from evaluation.actions.resolve import altering
from evaluation.comparison.contenders import Contender
from evaluation.comparison.table import TableCell, TableRow
from evaluation.models import Task

DTYPE = "float32"


def explain(rows: Sequence[TableRow]) -> list[TableRow]:
    """The rows; a cell that would be refused has its reason in ``refused`` and no offer."""
    wanted = {row.task for row in rows if any(cell.queue or cell.alike for cell in row.cells)}
    if not wanted:
        return list(rows)
    tasks = {task.name: task for task in Task.objects.filter(name__in=wanted)}
    verdicts: dict[int, CheckpointVerdict] = {}
    return [
        replace(
            row,
            cells=tuple(_explained(cell, tasks.get(row.task), verdicts) for cell in row.cells),
        )
        for row in rows
    ]


def _explained(cell: TableCell, task: Task | None, verdicts: dict[int, CheckpointVerdict]) -> TableCell:
    reason = _reason(cell.model, task, verdicts) if cell.queue or cell.alike else ""
    return replace(cell, queue="", alike="", refused=reason) if reason else cell


def _reason(model: Contender, task: Task | None, verdicts: dict[int, CheckpointVerdict]) -> str:
    if task is None:
        return _("This site knows no task of that name.")
    if task.altered:
        return altering(task)
    if model.checkpoint is None or task.kind != "task":
        return ""
    if model.position not in verdicts:
        verdicts[model.position] = checkpoint_verdict(model.checkpoint, DTYPE)
    verdict = verdicts[model.position]
    refusal = verdict.refusal or task_refusal(task) or pair_refusal(verdict, task)
    return refusal.reason if refusal else ""
