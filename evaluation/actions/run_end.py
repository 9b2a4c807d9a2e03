"""The ways a running run comes to rest: over, or back in the queue."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluation.actions.attempt import attempt_ends
from evaluation.actions.cell_write import locked, own_cells
from evaluation.actions.device_free import devices_free
from evaluation.actions.lease import Lease, held
from evaluation.models import Cell, CellState, Run, RunState
from evaluation.querysets import CellQuerySet


def run_end(*, lease: Lease, log_tail: str = "") -> str:
    """End a run none of whose cells is still to do; returns its state. Raises ``LeaseLost``."""
    with held(lease, log_tail=log_tail):
        return close(lease.run)


def run_release(
    *,
    lease: Lease,
    reason: str,
    counts: bool = True,
    batch_size: str | None = None,
    progress: dict[str, Any] | None = None,
    log_tail: str = "",
) -> str:
    """Give a run back to the queue with the reason; returns its state.

    Cells that are done stay done. When attempts are used up, the rest fails instead. ``counts`` False forgives the
    attempt, for what was not the run's fault.
    """
    with held(lease, log_tail=log_tail):
        if not own_cells(lease).exists():
            return close(lease.run)
        run = Run.objects.get(pk=lease.run)
        if counts and run.attempt >= run.max_attempts:
            return give_up(lease.run, reason)
        changes: dict[str, Any] = {"batch_size": batch_size} if batch_size else {}
        if not counts:
            changes["max_attempts"] = F("max_attempts") + 1
        back_to_queue(lease.run, reason, progress=progress or {}, **changes)
        return RunState.QUEUED


def back_to_queue(run: int, reason: str, **changes: Any) -> None:
    """The run and what it has not finished wait again. The caller holds the transaction and has checked the right."""
    locked(Cell.objects.filter(run=run, state=CellState.RUNNING)).update(
        state=CellState.QUEUED, documents_done=0, started_at=None
    )
    devices_free(run)
    attempt_ends(run, RunState.QUEUED, reason)
    Run.objects.filter(pk=run).update(
        state=RunState.QUEUED, owner="", lease_until=None, claimed_at=None, reason=reason, **changes
    )


def give_up(run: int, reason: str) -> str:
    """Fail what is left of the run and end it. The caller holds the transaction and has checked the right."""
    cells_failed(locked(Cell.objects.under_way().filter(run=run)), reason)
    return close(run, reason)


def cells_failed(cells: CellQuerySet, reason: str) -> None:
    """End ``cells``, whose rows are locked, with a reason."""
    cells.update(state=CellState.FAILED, reason=reason, started_at=Coalesce("started_at", Now()), ended_at=Now())


def close(run: int, reason: str = "") -> str:
    """Set the end state that the cells give: done if one is done, else failed if one failed, else cancelled."""
    states = list(Cell.objects.filter(run=run).values_list("state", flat=True))
    if CellState.DONE in states:
        state = RunState.DONE
    elif CellState.FAILED in states:
        state = RunState.FAILED
    else:
        state = RunState.CANCELLED
    reason = reason or _summary(run, states)
    devices_free(run)
    attempt_ends(run, state, reason)
    Run.objects.filter(pk=run).update(
        state=state,
        reason=reason,
        ended_at=Now(),
        lease_until=None,
        claimed_at=None,
        progress={},
    )
    return state


def _summary(run: int, states: list[str]) -> str:
    failed = states.count(CellState.FAILED)
    if not failed:
        return ""
    reasons = Cell.objects.filter(run=run, state=CellState.FAILED).order_by("pk").values_list("reason", flat=True)
    text = ngettext("%(failed)d of %(all)d cells failed.", "%(failed)d of %(all)d cells failed.", failed)
    head = text % {"failed": failed, "all": len(states)}
    return f"{head} {_('The first:')} {reasons[0]}"
