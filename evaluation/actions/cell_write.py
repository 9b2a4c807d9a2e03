"""A running run's cells: started, under way, failed. Each write is under the run's lease.

A cell that was cancelled, or that another run has taken over, is left alone: the functions then return ``False``.
"""

from __future__ import annotations

from typing import Any

from django.db.models.functions import Coalesce, Now

from evaluation.actions.lease import Lease, held
from evaluation.models import Cell, CellState
from evaluation.querysets import CellQuerySet


def own_cells(lease: Lease, *cells: int) -> CellQuerySet:
    """Cells of the leased run that are still to do; all of them, or the named ones."""
    mine = Cell.objects.under_way().filter(run=lease.run)
    return mine.filter(pk__in=cells) if cells else mine


def locked(cells: CellQuerySet) -> CellQuerySet:
    """The same cells, their rows locked in the order in which everybody locks them.

    An UPDATE alone locks as it finds them, and could then block, and be blocked by, a person who takes cells over.
    """
    pks = list(cells.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    return cells.filter(pk__in=pks)


def cell_start(*, lease: Lease, cell: int, documents: int) -> bool:
    """The cell's requests are built."""
    with held(lease):
        return bool(
            own_cells(lease, cell).update(
                state=CellState.RUNNING, started_at=Now(), documents_done=0, documents_total=documents
            )
        )


def cell_progress(*, lease: Lease, cell: int, done: int, total: int, progress: dict[str, Any], log_tail: str) -> bool:
    """Documents done of a cell, and what the run's page says and shows of the log meanwhile."""
    with held(lease, progress=progress, log_tail=log_tail):
        return bool(own_cells(lease, cell).update(documents_done=done, documents_total=total))


def cells_fail(*, lease: Lease, cells: list[int], reason: str) -> int:
    """End cells with a reason for a person; returns how many were still to do."""
    if not cells:
        return 0
    with held(lease):
        return locked(own_cells(lease, *cells)).update(
            state=CellState.FAILED, reason=reason, started_at=Coalesce("started_at", Now()), ended_at=Now()
        )


def cells_left(*, lease: Lease) -> set[int]:
    """Cells of the leased run that are still to do."""
    with held(lease):
        return set(own_cells(lease).values_list("pk", flat=True))
