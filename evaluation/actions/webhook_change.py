"""Pause, resume and remove a webhook, and give it another secret."""

from __future__ import annotations

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from evaluation.actions.audit import audit
from evaluation.actions.delivery_end import drop_waiting
from evaluation.actions.errors import NotAllowed
from evaluation.models import Delivery, Webhook
from evaluation.notices.secrets import new_salt, secret_of
from modelcards.querysets import Reader


@transaction.atomic
def webhook_pause(*, user: Reader, webhook: Webhook) -> None:
    """Nothing goes out any more, and what waited is dropped. Raises ``NotAllowed`` for another's."""
    check_is_own(user, webhook)
    if Webhook.objects.active().filter(pk=webhook.pk).update(paused_at=Now(), problem=""):
        drop_waiting(Delivery.objects.filter(webhook=webhook.pk), _("The webhook is paused."))
        _audit(user, webhook, "webhook paused")


@transaction.atomic
def webhook_resume(*, user: Reader, webhook: Webhook) -> None:
    """It is told again, from the next evaluation that ends on. Raises ``NotAllowed`` for another's."""
    check_is_own(user, webhook)
    if Webhook.objects.filter(pk=webhook.pk, paused_at__isnull=False).update(paused_at=None, missed=0, problem=""):
        _audit(user, webhook, "webhook resumed")


@transaction.atomic
def webhook_renew(*, user: Reader, webhook: Webhook) -> str:
    """Another secret, shown once; the old one signs nothing any more. Raises ``NotAllowed`` for another's."""
    check_is_own(user, webhook)
    webhook.salt = new_salt()
    webhook.save(update_fields=["salt"])
    _audit(user, webhook, "webhook secret renewed")
    return secret_of(webhook)


@transaction.atomic
def webhook_remove(*, user: Reader, webhook: Webhook) -> None:
    """With what it was sent. Raises ``NotAllowed`` for another's."""
    check_is_own(user, webhook)
    _audit(user, webhook, "webhook removed")
    webhook.delete()


def check_is_own(user: Reader, webhook: Webhook) -> None:
    """Raise ``NotAllowed`` unless it is ``user``'s."""
    if user.pk is None or webhook.person_id != user.pk:
        raise NotAllowed(_("This webhook is somebody else's."))


def _audit(user: Reader, webhook: Webhook, action: str) -> None:
    audit(who=user, action=action, target=f"webhook {webhook.pk}", detail={"name": webhook.name})
