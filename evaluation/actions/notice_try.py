"""Send oneself a message, to see whether it arrives: by the same way as those of evaluations."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from evaluation.actions.errors import ActionError
from evaluation.actions.webhook_change import check_is_own
from evaluation.models import Delivery, Webhook
from evaluation.notices.event import trial_event
from evaluation.notices.wake import wake_courier
from modelcards.querysets import Reader


def webhook_try(*, user: Reader, webhook: Webhook) -> Delivery:
    """Queue a test message. Raises ``NotAllowed`` for another's, ``ActionError`` while it is paused or one waits."""
    check_is_own(user, webhook)
    if webhook.paused_at is not None:
        raise ActionError(_("The webhook is paused; resume it first."))
    return _queue(user, webhook, webhook.name)


def mail_try(*, user: Reader) -> Delivery:
    """Queue a test e-mail. Raises ``ActionError`` where none can be sent, or while one waits."""
    if problem := mail_problem(user):
        raise ActionError(problem)
    return _queue(user, None, "e-mail")


def mail_problem(user: Reader) -> str:
    """Why ``user`` gets no e-mail, whatever they wish; blank if they can."""
    if not settings.EMAIL_HOST:
        return _("This site sends no e-mail: an administrator sets EMAIL_HOST.")
    if not getattr(user, "email", ""):
        return _("Your account has no e-mail address; an administrator can add one.")
    return ""


def _queue(user: Reader, webhook: Webhook | None, name: str) -> Delivery:
    assert user.pk is not None
    with transaction.atomic():
        get_user_model().objects.select_for_update().filter(pk=user.pk).first()
        if Delivery.objects.visible_to(user).waiting().of(webhook.pk if webhook else None).tests().exists():
            raise ActionError(_("A test message is on its way already."))
        body = trial_event(name, timezone.now())
        delivery = Delivery.objects.create(person_id=user.pk, webhook=webhook, body=body, due_at=Now())
        transaction.on_commit(lambda: wake_courier())
    delivery.refresh_from_db()
    return delivery
