"""Take a message that is due. One conditional UPDATE whose row count decides, as with runs."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import F
from django.db.models.functions import Now

from evaluation.models import Delivery

LOOKS = 20
AGAIN_AFTER = timedelta(seconds=120)
"""When a message is due again whose sender never said what became of it. Longer than a sending can take."""


def delivery_claim() -> Delivery | None:
    """The message that is due for longest, ``tries`` raised; ``None`` when none is."""
    waiting = Delivery.objects.due().order_by("due_at", "pk").values_list("pk", "tries")[:LOOKS]
    for pk, tries in list(waiting):
        mine = Delivery.objects.due().filter(pk=pk, tries=tries)
        if mine.update(tries=F("tries") + 1, tried_at=Now(), due_at=Now() + AGAIN_AFTER):
            related = Delivery.objects.select_related("person", "webhook", "evaluation")
            return related.filter(pk=pk, tries=tries + 1).first()
    return None
