"""What became of a sending. Each write is conditional on the claim, so that a late sender changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from evaluation.models import Delivery, DeliveryState, Webhook
from evaluation.noticesets import DeliverySet

PAUSES = (10, 60, 5 * 60, 30 * 60, 2 * 3600, 6 * 3600)
"""Seconds before the second, third, … try. After the last of them the message is given up."""
MOST_MISSED = 5
"""So many messages in a row that never arrived pause a webhook."""


def delivery_sent(*, delivery: Delivery, status: int | None = None) -> bool:
    """The receiver took it; ``False`` when the claim is over."""
    with transaction.atomic():
        if not _close(delivery, DeliveryState.SENT, status=status, problem=""):
            return False
        Webhook.objects.that_got(delivery).update(missed=0)
        return True


def delivery_missed(
    *, delivery: Delivery, problem: str, status: int | None = None, pause: float = 0.0, final: bool = False
) -> str:
    """It did not arrive: it is sent again after a pause, ``pause`` seconds at least, or given up. Returns the state.

    ``final``: trying again would not help. A webhook that misses ``MOST_MISSED`` in a row is paused.
    """
    with transaction.atomic():
        if not final and delivery.tries <= len(PAUSES):
            wait = timedelta(seconds=max(PAUSES[delivery.tries - 1], pause))
            _claimed(delivery).update(due_at=Now() + wait, status=status, problem=problem)
            return DeliveryState.WAITING
        if _close(delivery, DeliveryState.FAILED, status=status, problem=problem) and delivery.evaluation_id:
            Webhook.objects.that_got(delivery).update(missed=F("missed") + 1)
            _pause_if_deaf(delivery)
    return DeliveryState.FAILED


def delivery_drop(*, delivery: Delivery, problem: str) -> bool:
    """It may not be sent any more."""
    return _close(delivery, DeliveryState.DROPPED, problem=problem)


def drop_waiting(waiting: DeliverySet, problem: str) -> int:
    """The same for all of ``waiting``, whoever may be sending them. The caller holds the transaction."""
    return waiting.waiting().update(state=DeliveryState.DROPPED, problem=problem, due_at=None, ended_at=Now())


def _pause_if_deaf(delivery: Delivery) -> None:
    problem = _("%(n)d messages in a row did not arrive.") % {"n": MOST_MISSED}
    deaf = Webhook.objects.that_got(delivery).active().filter(missed__gte=MOST_MISSED)
    if deaf.update(paused_at=Now(), problem=problem):
        drop_waiting(Delivery.objects.filter(webhook=delivery.webhook_id), _("The webhook is paused."))


def _claimed(delivery: Delivery) -> DeliverySet:
    return Delivery.objects.waiting().filter(pk=delivery.pk, tries=delivery.tries)


def _close(delivery: Delivery, state: DeliveryState, **changes: Any) -> bool:
    return bool(_claimed(delivery).update(state=state, due_at=None, ended_at=Now(), **changes))
