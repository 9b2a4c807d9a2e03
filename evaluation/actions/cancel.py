"""Stop what is queued or under way. A cell that another evaluation still wants goes on.

Locks are taken in one order everywhere, runs before cells, so that no two transactions wait for each other.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from evaluation.actions.audit import audit
from evaluation.actions.errors import ActionError
from evaluation.actions.permission import check_may_change, is_staff
from evaluation.models import Cell, CellState, Evaluation, Run, RunState
from evaluation.querysets import CellQuerySet
from modelcards.querysets import Reader


@transaction.atomic
def evaluation_cancel(*, user: Reader, evaluation: Evaluation) -> None:
    """Cancel the cells that nobody else wants. Raises ``ActionError`` when nothing is left to cancel."""
    check_may_change(user, evaluation.requested_by_id)
    runs = _lock_runs(Run.objects.filter(cells__in=_open(evaluation)))
    cells = _lock_cells(_open(evaluation))
    before = Evaluation.objects.filter(pk=evaluation.pk, cancelled_at__isnull=False).exists()
    wanted = set(Cell.objects.filter(pk__in=cells).wanted_by_others(evaluation.pk).values_list("pk", flat=True))
    dropped = [pk for pk in cells if pk not in wanted]
    # One that was cancelled may have open cells of its own again: those of a run that was repeated.
    if not cells or (before and not dropped):
        raise ActionError(_("There is nothing left to cancel: every cell has ended."))
    Evaluation.objects.filter(pk=evaluation.pk).update(cancelled_at=Now())
    _drop(dropped, runs, _("Cancelled by %(who)s.") % {"who": user.get_username()})
    detail = {"cancelled": len(dropped), "kept for others": len(wanted)}
    audit(who=user, action="evaluation cancelled", target=f"evaluation {evaluation.pk}", detail=detail)


@transaction.atomic
def run_cancel(*, user: Reader, run: Run) -> None:
    """Cancel what a run has not finished. Only staff may do so while other people want its cells."""
    check_may_change(user, run.requested_by_id)
    runs = _lock_runs(Run.objects.filter(pk=run.pk))
    cells = _lock_cells(run.cells.under_way())
    if not cells:
        raise ActionError(_("There is nothing left to cancel: every cell of the run has ended."))
    if not is_staff(user) and Cell.objects.filter(pk__in=cells).wanted_by_others_than(user).exists():
        raise ActionError(_("Somebody else's evaluation waits for cells of this run; cancel your evaluation instead."))
    _drop(cells, runs, _("Cancelled by %(who)s.") % {"who": user.get_username()})
    audit(who=user, action="run cancelled", target=f"run {run.pk}", detail={"cancelled": len(cells)})


def _open(evaluation: Evaluation) -> CellQuerySet:
    return Cell.objects.under_way().filter(evaluations=evaluation)


def _lock_runs(runs: Iterable[Run]) -> list[int]:
    pks = {run.pk for run in runs}
    locked = Run.objects.select_for_update().filter(pk__in=pks).order_by("pk")
    return [run.pk for run in locked]


def _lock_cells(cells: Iterable[Cell]) -> list[int]:
    pks = {cell.pk for cell in cells}
    locked = Cell.objects.select_for_update().under_way().filter(pk__in=pks).order_by("pk")
    return [cell.pk for cell in locked]


def _drop(cells: list[int], runs: list[int], reason: str) -> None:
    """End the cells, and the runs that have none left. A running one learns of it at its worker's heartbeat."""
    Cell.objects.filter(pk__in=cells).under_way().update(state=CellState.CANCELLED, reason=reason, ended_at=Now())
    idle = Run.objects.filter(pk__in=runs).exclude(pk__in=Cell.objects.under_way().values("run_id"))
    done = Cell.objects.filter(state=CellState.DONE).values("run_id")
    for run in idle.filter(state=RunState.RUNNING):
        Run.objects.filter(pk=run.pk).update(cancel_requested=True)
    waiting = idle.filter(state=RunState.QUEUED)
    waiting.filter(pk__in=done).update(state=RunState.DONE, reason=reason, ended_at=Now())
    waiting.exclude(pk__in=done).update(state=RunState.CANCELLED, cancel_requested=True, reason=reason, ended_at=Now())
