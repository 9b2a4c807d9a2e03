"""Note which evaluations are over, and write down whom that is to be told. Needs no Redis.

Nothing is hooked into the ends of runs: a round every few seconds reads the rows, so that no way in which a cell can
end is forgotten, and the cost of scheduling stays what it is.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from evaluation.models import Cell, Delivery, Evaluation, MailChoice, Occasion, Webhook
from evaluation.notices.event import ended_event

MOST = 200
"""In one round, so that a round stays short."""


def evaluations_end() -> int:
    """Set ``ended_at`` where every cell is over, with the messages in the same transaction; returns how many."""
    ending = Evaluation.objects.ending().order_by("pk").values_list("pk", flat=True)[:MOST]
    return sum(_end(pk) for pk in list(ending))


def _end(pk: int) -> bool:
    with transaction.atomic():
        # The row first, and then a new look: who sends cells through again holds this row until they are queued.
        Evaluation.objects.select_for_update().filter(pk=pk).first()
        if not Evaluation.objects.ending().filter(pk=pk).update(ended_at=Now()):
            return False
        evaluation = Evaluation.objects.select_related("requested_by").get(pk=pk)
        if evaluation.requested_by is not None and evaluation.requested_by.is_active:
            _tell(evaluation)
    return True


def _tell(evaluation: Evaluation) -> None:
    person, at = evaluation.requested_by_id, evaluation.ended_at
    assert person is not None
    assert at is not None
    hooks = list(Webhook.objects.active().filter(person=person))
    choice = MailChoice.objects.filter(person=person).first()
    if not hooks and choice is None:
        return
    body = ended_event(evaluation, at)
    failed = body["data"]["cells"]["failed"] > 0
    wanted: list[Webhook | None] = [hook for hook in hooks if failed or hook.occasion == Occasion.ENDED]
    if choice is not None and (failed or choice.occasion == Occasion.ENDED):
        wanted.append(None)
    Delivery.objects.bulk_create(
        Delivery(person_id=person, webhook=hook, evaluation=evaluation, body=body, due_at=at) for hook in wanted
    )


def evaluations_reopen(*, cells: QuerySet[Cell]) -> None:
    """Evaluations that want these cells, which are to run again, are open once more: their end will be told anew.

    The caller holds the transaction in which the cells are queued.
    """
    wanting = Evaluation.objects.filter(cells__in=cells, cancelled_at__isnull=True)
    # Locked even where it is open, so that a round that is just about to end it looks again afterwards.
    locked = Evaluation.objects.select_for_update().filter(pk__in=wanting.values("pk")).order_by("pk")
    Evaluation.objects.filter(pk__in=[evaluation.pk for evaluation in locked]).update(ended_at=None)
