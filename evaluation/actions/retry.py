"""Run failed and cancelled cells again, in new runs. Cells that are done stay as they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models, transaction
from django.utils.translation import gettext as _

from evaluation.actions.audit import audit
from evaluation.actions.bulk import Bulk, Changed, theirs
from evaluation.actions.errors import ActionError
from evaluation.actions.permission import check_may_change, check_may_queue
from evaluation.actions.queue_cells import requeue_cells
from evaluation.actions.wake import wake
from evaluation.models import Cell, Evaluation, Run
from modelcards.querysets import Reader


@dataclass(frozen=True)
class Retried:
    """The new runs. ``woken`` False: Redis was not reachable, work starts when it is back."""

    runs: list[Run]
    woken: bool


def evaluation_retry(*, user: Reader, evaluation: Evaluation) -> Retried:
    """Queue the failed and cancelled cells of an evaluation again. Raises ``ActionError`` when there are none.

    Raises ``NotAllowed`` unless ``user`` asked for it or administers the site, and may queue.
    """
    check_may_change(user, evaluation.requested_by_id)
    check_may_queue(user)
    sent: list[bool] = []
    batch_size = str(evaluation.request.get("batch_size", "16"))
    with transaction.atomic():
        runs = _again(evaluation.cells.all(), user, batch_size, evaluation.priority, sent)
        Evaluation.objects.filter(pk=evaluation.pk).update(cancelled_at=None, ended_at=None)
        detail = {"runs": [run.pk for run in runs]}
        audit(who=user, action="evaluation retried", target=f"evaluation {evaluation.pk}", detail=detail)
    return Retried(runs, woken=all(sent))


def run_retry(*, user: Reader, run: Run) -> Retried:
    """Queue the failed and cancelled cells of a run again, in a new run. Raises ``ActionError`` when there are none.

    Raises ``NotAllowed`` unless ``user`` asked for it or administers the site, and may queue.
    """
    check_may_change(user, run.requested_by_id)
    check_may_queue(user)
    sent: list[bool] = []
    with transaction.atomic():
        runs = _again(run.cells.all(), user, run.batch_size, run.priority, sent)
        audit(who=user, action="run retried", target=f"run {run.pk}", detail={"runs": [new.pk for new in runs]})
    return Retried(runs, woken=all(sent))


def runs_retry(*, user: Reader, runs: Iterable[int]) -> Bulk:
    """The same for many runs, in short transactions; each run's cells go into a new run of their own.

    Raises ``NotAllowed`` unless ``user`` may queue. Runs of other people, and those of which nothing failed or was
    cancelled, stay as they are, and the outcome says how many and why.
    """
    mine, left = theirs(user, runs)
    check_may_queue(user)
    going = Changed(left)
    return going.by(lambda part, left: _retry_part(user, part, left, going.sent), mine)


def _retry_part(user: Reader, part: list[int], left: Counter[str], sent: list[bool]) -> int:
    bad: dict[Run, list[Cell]] = {}
    locked = Cell.objects.select_for_update(of=("self",)).ended_badly().filter(run__in=part).order_by("pk")
    for cell in locked.select_related("task", "run"):
        if cell.run is not None:
            bad.setdefault(cell.run, []).append(cell)
    left[_nothing_to_repeat()] += len(part) - len(bad)
    new: list[Run] = []
    for run, cells in bad.items():
        new += requeue_cells(cells, requested_by_id=user.pk, batch_size=run.batch_size, priority=run.priority)
    if new:
        detail = {"from": [run.pk for run in bad], "runs": [run.pk for run in new]}
        audit(who=user, action="runs retried", target=f"{len(bad)} runs", detail=detail)
        transaction.on_commit(lambda: sent.append(wake(runs=new)))
    return len(bad)


def _nothing_to_repeat() -> str:
    return _("There is nothing to repeat: no cell failed or was cancelled.")


def _again(cells: models.QuerySet[Cell], user: Reader, batch_size: str, priority: int, sent: list[bool]) -> list[Run]:
    """New runs; whether workers could be woken is put into ``sent`` once the transaction has held."""
    pks = {cell.pk for cell in cells}
    locked = Cell.objects.select_for_update(of=("self",)).ended_badly().filter(pk__in=pks).order_by("pk")
    bad = list(locked.select_related("task", "run"))
    if not bad:
        raise ActionError(_nothing_to_repeat())
    runs = requeue_cells(bad, requested_by_id=user.pk, batch_size=batch_size, priority=priority)
    transaction.on_commit(lambda: sent.append(wake(runs=runs)))
    return runs
