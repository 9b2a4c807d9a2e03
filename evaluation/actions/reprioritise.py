"""Put queued runs before or behind others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from evaluation.actions.audit import audit
from evaluation.actions.bulk import Bulk, Changed, theirs
from evaluation.actions.errors import ActionError, NotAllowed
from evaluation.actions.permission import check_may_change, is_staff
from evaluation.actions.wake import wake
from evaluation.models import Evaluation, Run
from modelcards.querysets import Reader

LOWEST, HIGHEST = -100, 100


@transaction.atomic
def run_reprioritise(*, user: Reader, run: Run, priority: int) -> None:
    """Give a queued run another priority. Raises ``ActionError`` when it waits no more, ``NotAllowed`` when not theirs.

    Whoever asked for it may put it behind others (below 0) and back; before others (above 0) only staff.
    """
    check_may_change(user, run.requested_by_id)
    check_priority(user, priority)
    before = Run.objects.select_for_update().waiting().filter(pk=run.pk).values_list("priority", flat=True).first()
    if before is None:
        raise ActionError(_begun())
    Run.objects.filter(pk=run.pk).update(priority=priority)
    audit(who=user, action="run reprioritised", target=f"run {run.pk}", detail={"from": before, "to": priority})
    transaction.on_commit(lambda: wake(1))


@transaction.atomic
def evaluation_reprioritise(*, user: Reader, evaluation: Evaluation, priority: int) -> int:
    """The same for an evaluation and those of its queued runs that its person asked for; returns how many runs."""
    check_may_change(user, evaluation.requested_by_id)
    check_priority(user, priority)
    theirs = Run.objects.filter(cells__evaluations=evaluation, requested_by=evaluation.requested_by_id)
    pks = set(theirs.waiting().values_list("pk", flat=True))
    locked = Run.objects.select_for_update().waiting().filter(pk__in=pks).order_by("pk")
    runs = list(locked.values_list("pk", flat=True))
    if not runs:
        raise ActionError(_("No run of this evaluation waits; its priority counts for nothing any more."))
    Run.objects.filter(pk__in=runs).update(priority=priority)
    Evaluation.objects.filter(pk=evaluation.pk).update(priority=priority)
    detail = {"runs": runs, "to": priority}
    audit(who=user, action="evaluation reprioritised", target=f"evaluation {evaluation.pk}", detail=detail)
    transaction.on_commit(lambda: wake(len(runs)))
    return len(runs)


def runs_reprioritise(*, user: Reader, runs: Iterable[int], priority: int) -> Bulk:
    """The same for many runs, in short transactions. Raises as one run does where ``user`` may not give it at all.

    Runs of other people, and those that wait no more, stay as they are; the outcome says how many and why.
    """
    mine, left = theirs(user, runs)
    check_priority(user, priority)
    going = Changed(left)
    return going.by(lambda part, left: _part(user, part, priority, left, going.sent), mine)


def _part(user: Reader, part: list[int], priority: int, left: Counter[str], sent: list[bool]) -> int:
    locked = Run.objects.select_for_update().waiting().filter(pk__in=part).order_by("pk")
    before = dict(locked.values_list("pk", "priority"))
    left[_begun()] += len(part) - len(before)
    if before:
        Run.objects.filter(pk__in=before).update(priority=priority)
        detail = {"runs": list(before), "from": sorted(set(before.values())), "to": priority}
        audit(who=user, action="runs reprioritised", target=f"{len(before)} runs", detail=detail)
        transaction.on_commit(lambda: sent.append(wake(len(before))))
    return len(before)


def _begun() -> str:
    return _("The run has begun or ended; its priority counts for nothing any more.")


def check_priority(user: Reader, priority: int) -> None:
    """Raise unless ``priority`` is one, and one that ``user`` may give."""
    if isinstance(priority, bool) or not isinstance(priority, int) or not LOWEST <= priority <= HIGHEST:
        text = _("A priority is a whole number from %(low)d to %(high)d.")
        raise ActionError(text % {"low": LOWEST, "high": HIGHEST})
    if priority > 0 and not is_staff(user):
        raise NotAllowed(_("Only an administrator may put work before that of others."))
