"""Ask an address no more."""

from __future__ import annotations

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import ngettext

from evaluation.actions.audit import audit
from evaluation.actions.errors import ActionError
from evaluation.actions.permission import check_may_register
from evaluation.models import Cell, Endpoint, Run
from modelcards.querysets import Reader


@transaction.atomic
def endpoint_remove(*, user: Reader, endpoint: Endpoint, from_shell: bool = False) -> None:
    """Remove the address; with it goes its checkpoint, unless it has cells, whose scores stay.

    Raises ``NotAllowed`` unless ``user`` may register addresses, ``ActionError`` while runs on it are active.
    """
    if not from_shell:
        check_may_register(user)
    checkpoint = endpoint.checkpoint
    if active := Run.objects.active().filter(checkpoint=checkpoint).count():
        said = ngettext(
            "%(n)d run on it is waiting or under way; cancel it first.",
            "%(n)d runs on it are waiting or under way; cancel them first.",
            active,
        )
        raise ActionError(said % {"n": active})
    audit(who=user, action="address removed", target=endpoint, detail={"address": endpoint.address})
    if Cell.objects.filter(checkpoint=checkpoint).exists() or Run.objects.filter(checkpoint=checkpoint).exists():
        Endpoint.objects.filter(pk=endpoint.pk, removed_at=None).update(removed_at=Now())
    else:
        checkpoint.delete()
