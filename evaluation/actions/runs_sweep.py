"""Take runs back from workers that fell silent. Runs in every worker's heartbeat; needs no Redis."""

from __future__ import annotations

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from evaluation.actions.cell_write import locked
from evaluation.actions.gather import gatherings_sweep
from evaluation.actions.run_end import back_to_queue, close, give_up
from evaluation.actions.wake import wake
from evaluation.models import Attempt, Cell, Run


def runs_sweep() -> int:
    """Requeue runs whose lease is over, or fail them when their attempts are used up; returns how many.

    Devices that are held in vain for a run that needs several are let go too.
    """
    taken = sum(_take(run) for run in Run.objects.lapsed())
    let_go = gatherings_sweep()
    if taken or let_go:
        wake(taken + let_go)
    return taken


def _take(run: Run) -> bool:
    with transaction.atomic():
        still = Run.objects.lapsed().filter(pk=run.pk, attempt=run.attempt)
        if not still.update(heartbeat_at=Now()):  # the row is ours until this transaction ends
            return False
        Attempt.objects.filter(run=run, ended_at__isnull=True).update(lost=True)
        text = _("The worker on %(owner)s fell silent in attempt %(attempt)d of %(most)d.")
        reason = text % {"owner": run.owner, "attempt": run.attempt, "most": run.max_attempts}
        if run.cancel_requested:
            locked(Cell.objects.under_way().filter(run=run)).update(state="cancelled", ended_at=Now())
        if not Cell.objects.under_way().filter(run=run).exists():
            close(run.pk)
        elif run.attempt >= run.max_attempts:
            give_up(run.pk, reason)
        else:
            back_to_queue(run.pk, reason, progress={})
    return True
