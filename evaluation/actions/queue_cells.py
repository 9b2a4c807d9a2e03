"""Put cells into runs: cells of one checkpoint that can be done on the same nodes go together."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models

from evaluation.actions.evaluations_end import evaluations_reopen
from evaluation.core.request import backend_of
from evaluation.models import Cell, CellState, Run, Task

Nodes = frozenset[int]
NOWHERE: Nodes = frozenset()


def places(tasks: Iterable[Task]) -> dict[int, Nodes]:
    """Task id → ids of the nodes that hold its data; a task that no node has reported is left out."""
    rows = Task.nodes.through.objects.filter(task__in=list(tasks)).values_list("task_id", "node_id")
    found: dict[int, set[int]] = {}
    for task, node in rows:
        found.setdefault(task, set()).add(node)
    return {task: frozenset(nodes) for task, nodes in found.items()}


def requeue(cells: models.QuerySet[Cell], run: Run) -> int:
    """Send failed or cancelled cells of ``cells`` through ``run`` once more; returns how many there were."""
    sent = cells.filter(state__in=[CellState.FAILED, CellState.CANCELLED]).update(
        state=CellState.QUEUED, run=run, reason="", documents_done=0, started_at=None, ended_at=None
    )
    if sent:
        evaluations_reopen(cells=cells)
    return sent


def requeue_cells(cells: Iterable[Cell], *, requested_by_id: int | None, batch_size: str, priority: int) -> list[Run]:
    """New runs for failed or cancelled cells; one that another transaction took meanwhile stays where it is.

    The caller holds a transaction. Returns the runs that got at least one cell.
    """
    cells = list(cells)
    where = places(cell.task for cell in cells)
    groups: dict[tuple[int, Nodes, str, str, str], list[Cell]] = {}
    for cell in cells:
        requires = cell.run.requires if cell.run else ""
        # A run loads its checkpoint once: in one number format, with one backend.
        loaded = (str(cell.settings.get("dtype", "")), backend_of(cell.settings))
        key = (cell.checkpoint_id, where.get(cell.task_id, NOWHERE), requires, *loaded)
        groups.setdefault(key, []).append(cell)
    runs: list[Run] = []
    for (checkpoint_id, _nodes, requires, *_loaded), members in groups.items():
        run = Run.objects.create(
            checkpoint_id=checkpoint_id,
            requested_by_id=requested_by_id,
            batch_size=batch_size,
            priority=priority,
            memory_need=max((cell.run.memory_need for cell in members if cell.run), default=0),
            requires=requires,
        )
        if requeue(Cell.objects.filter(pk__in=[cell.pk for cell in members]), run):
            runs.append(run)
        else:
            run.delete()
    return runs
