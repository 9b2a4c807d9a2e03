"""Stop what is queued or under way. A cell that another evaluation still wants goes on.

Locks are taken in one order everywhere, runs before cells, so that no two transactions wait for each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from evaluation.actions.audit import audit
from evaluation.actions.bulk import Bulk, Changed, theirs
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
    _drop(Cell.objects.filter(pk__in=dropped), runs, _("Cancelled by %(who)s.") % {"who": user.get_username()})
    detail = {"cancelled": len(dropped), "kept for others": len(wanted)}
    audit(who=user, action="evaluation cancelled", target=f"evaluation {evaluation.pk}", detail=detail)


@transaction.atomic
def run_cancel(*, user: Reader, run: Run) -> None:
    """Cancel what a run has not finished. Only staff may do so while other people want its cells."""
    check_may_change(user, run.requested_by_id)
    runs = _lock_runs(Run.objects.filter(pk=run.pk))
    cells = _lock_cells(run.cells.under_way())
    if not cells:
        raise ActionError(_nothing_left())
    if not is_staff(user) and Cell.objects.filter(pk__in=cells).wanted_by_others_than(user).exists():
        raise ActionError(_wanted())
    _drop(Cell.objects.filter(pk__in=cells), runs, _("Cancelled by %(who)s.") % {"who": user.get_username()})
    audit(who=user, action="run cancelled", target=f"run {run.pk}", detail={"cancelled": len(cells)})


def runs_cancel(*, user: Reader, runs: Iterable[int]) -> Bulk:
    """The same for many runs, in short transactions. Raises ``NotAllowed`` without an account.

    Runs that ``user`` may not cancel stay as they are, and the outcome says how many and why.
    """
    mine, left = theirs(user, runs)
    return Changed(left).by(lambda part, left: _cancel_part(user, part, left), mine)


def _cancel_part(user: Reader, part: list[int], left: Counter[str]) -> int:
    runs = _lock_runs(Run.objects.filter(pk__in=part))
    cells = dict(_open_cells(runs).select_for_update().order_by("pk").values_list("pk", "run_id"))
    others: set[int | None] = set()
    if not is_staff(user):
        others = set(_open_cells(runs).wanted_by_others_than(user).values_list("run_id", flat=True))
    chosen = sorted({run for run in cells.values() if run is not None and run not in others})
    left[_wanted()] += len(others)
    left[_nothing_left()] += len(runs) - len(chosen) - len(others)
    if chosen:
        _drop(_open_cells(chosen), chosen, _("Cancelled by %(who)s.") % {"who": user.get_username()})
        detail = {"runs": chosen, "cancelled": sum(run not in others for run in cells.values())}
        audit(who=user, action="runs cancelled", target=f"{len(chosen)} runs", detail=detail)
    return len(chosen)


def _nothing_left() -> str:
    return _("There is nothing left to cancel: every cell of the run has ended.")


def _wanted() -> str:
    return _("Somebody else's evaluation waits for cells of this run; cancel your evaluation instead.")


def _open_cells(runs: list[int]) -> CellQuerySet:
    return Cell.objects.under_way().filter(run__in=runs)


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


def _drop(cells: CellQuerySet, runs: list[int], reason: str) -> None:
    """End the cells, and the runs that have none left. A running one learns of it at its worker's heartbeat."""
    cells.under_way().update(state=CellState.CANCELLED, reason=reason, ended_at=Now())
    idle = Run.objects.filter(pk__in=runs).exclude(pk__in=_open_cells(runs).values("run_id"))
    done = Cell.objects.filter(state=CellState.DONE, run__in=runs).values("run_id")
    idle.filter(state=RunState.RUNNING).update(cancel_requested=True)
    waiting = idle.filter(state=RunState.QUEUED)
    waiting.filter(pk__in=done).update(state=RunState.DONE, reason=reason, ended_at=Now())
    waiting.exclude(pk__in=done).update(state=RunState.CANCELLED, cancel_requested=True, reason=reason, ended_at=Now())
