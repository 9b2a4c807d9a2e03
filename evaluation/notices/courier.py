"""Sends what is due: webhooks signed by HTTP, e-mail through Django's settings. Runs in the courier process alone."""

from __future__ import annotations

import json
import logging
import smtplib

from django.conf import settings
from django.utils.translation import gettext as _

from evaluation.actions.delivery_claim import delivery_claim
from evaluation.actions.delivery_end import delivery_drop, delivery_missed, delivery_sent
from evaluation.core.hooks.sending import Reply, SendError, send
from evaluation.core.hooks.signing import headers
from evaluation.core.hooks.targets import TargetError, read_target
from evaluation.models import Delivery, Evaluation, Webhook
from evaluation.notices.mail import notice_mail
from evaluation.notices.secrets import key_of

logger = logging.getLogger(__name__)

GONE = 410


def send_due() -> int:
    """Send message after message until none is due; returns how many were tried."""
    tried = 0
    while delivery := delivery_claim():
        deliver(delivery)
        tried += 1
    return tried


def deliver(delivery: Delivery) -> None:
    """Send one claimed message and note what became of it. Whatever fails, it is a matter of this message alone."""
    try:
        if why := unwanted(delivery):
            delivery_drop(delivery=delivery, problem=why)
        elif delivery.webhook is not None:
            _post(delivery, delivery.webhook)
        else:
            _mail(delivery)
    except (OSError, ValueError) as error:
        logger.exception("message %s", delivery.key)
        delivery_missed(delivery=delivery, problem=_("The site could not send it: %s.") % type(error).__name__)


def unwanted(delivery: Delivery) -> str:
    """Why it may not be sent any more; blank if it may: what a person may read can have changed in between."""
    if not delivery.person.is_active:
        return _("The account is closed.")
    if delivery.webhook is not None and delivery.webhook.paused_at is not None:
        return _("The webhook is paused.")
    about = delivery.evaluation_id
    if about is not None and not Evaluation.objects.visible_to(delivery.person).filter(pk=about).exists():
        return _("The evaluation names a model that you may not read any more.")
    return ""


def _post(delivery: Delivery, webhook: Webhook) -> None:
    body = json.dumps(delivery.body, ensure_ascii=False, separators=(",", ":")).encode()
    assert delivery.tried_at is not None
    signed = headers(key_of(webhook), delivery.message, int(delivery.tried_at.timestamp()), body)
    try:
        target = read_target(webhook.address, settings.HUB_HOOK_HOSTS)
        reply = send(target, body, signed, named=settings.HUB_HOOK_HOSTS)
    except TargetError as refused:
        delivery_missed(delivery=delivery, problem=str(refused), final=True)
    except SendError as problem:
        delivery_missed(delivery=delivery, problem=str(problem), final=problem.final)
    else:
        _note(delivery, reply)


def _note(delivery: Delivery, reply: Reply) -> None:
    """Only 2xx is a yes. A redirect leads where nobody looked, and 410 says that nobody is there any more."""
    status = reply.status
    if 200 <= status < 300:
        delivery_sent(delivery=delivery, status=status)
        return
    final = 300 <= status < 400 or status == GONE
    problem = _("It answered %(status)d.") % {"status": status}
    if 300 <= status < 400:
        problem = _("It answered %(status)d: it points to another address, which is not followed.") % {"status": status}
    delivery_missed(delivery=delivery, problem=problem, status=status, pause=reply.pause or 0.0, final=final)


def _mail(delivery: Delivery) -> None:
    address = delivery.person.email
    if not settings.EMAIL_HOST or not address:
        why = _("Your account has no e-mail address.") if settings.EMAIL_HOST else _("This site sends no e-mail.")
        delivery_drop(delivery=delivery, problem=why)
        return
    try:
        notice_mail(delivery, address).send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _words in error.recipients.values()]
        final = all(500 <= code < 600 for code in codes)
        delivery_missed(delivery=delivery, problem=_("The mail server refuses your address."), final=final)
    except (OSError, smtplib.SMTPException) as error:
        # The class alone: a server's words may hold what is none of the person's business.
        text = _("The mail server did not take it: %s.") % type(error).__name__
        delivery_missed(delivery=delivery, problem=text)
    else:
        delivery_sent(delivery=delivery)
