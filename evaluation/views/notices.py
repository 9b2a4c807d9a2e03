"""Who is told when one's evaluations are over: webhooks, e-mail, and what became of each message."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from evaluation.actions import ActionError, NotAllowed
from evaluation.actions.mail_choose import mail_choose
from evaluation.actions.notice_try import mail_problem, mail_try, webhook_try
from evaluation.actions.permission import may_queue
from evaluation.actions.webhook_add import webhook_add
from evaluation.actions.webhook_change import webhook_pause, webhook_remove, webhook_renew, webhook_resume
from evaluation.core.hooks.targets import TargetError, read_target
from evaluation.core.request import RequestError
from evaluation.models import Delivery, MailChoice, Webhook
from evaluation.noticeforms import MailForm, WebhookForm
from evaluation.views.live import render_live

PAGE = 25


@dataclass(frozen=True)
class Line:
    """One webhook: ``place`` is its host, and ``last`` the newest message to it."""

    webhook: Webhook
    place: str
    last: Delivery | None


@login_required
@never_cache
def notices(request: HttpRequest) -> HttpResponse:
    """One's own webhooks and messages; POST registers a webhook, whose secret is shown in this answer alone."""
    form = WebhookForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            webhook, secret = webhook_add(user=request.user, **form.cleaned_data)
        except RequestError as wrong:
            form.wrong(wrong.errors)
        except NotAllowed as refused:
            raise PermissionDenied(refused.reason) from None
        else:
            return _page(request, WebhookForm(), secret=secret, new=webhook)
    return _page(request, form)


@login_required
@never_cache
@require_POST
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """Another secret, shown in this answer and never again."""
    webhook = _own(request, pk)
    return _page(request, WebhookForm(), secret=webhook_renew(user=request.user, webhook=webhook), new=webhook)


@login_required
@require_POST
def try_webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a test message."""
    webhook = _own(request, pk)
    done = _("A test message is on its way to %(name)s.") % {"name": webhook.name}
    return _done(request, lambda: webhook_try(user=request.user, webhook=webhook), done)


@login_required
@require_POST
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell it nothing for now."""
    webhook = _own(request, pk)
    done = _("%(name)s is paused.") % {"name": webhook.name}
    return _done(request, lambda: webhook_pause(user=request.user, webhook=webhook), done)


@login_required
@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell it again."""
    webhook = _own(request, pk)
    done = _("%(name)s is told again.") % {"name": webhook.name}
    return _done(request, lambda: webhook_resume(user=request.user, webhook=webhook), done)


@login_required
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget it, and its messages."""
    webhook = _own(request, pk)
    done = _("%(name)s is removed.") % {"name": webhook.name}
    return _done(request, lambda: webhook_remove(user=request.user, webhook=webhook), done)


@login_required
@require_POST
def choose_mail(request: HttpRequest) -> HttpResponse:
    """When e-mail is wanted."""
    try:
        mail_choose(user=request.user, occasion=request.POST.get("occasion", ""))
    except RequestError as wrong:
        messages.error(request, str(wrong))
    else:
        messages.success(request, _("Your choice is kept."))
    return redirect("evaluation:notices")


@login_required
@require_POST
def try_mail(request: HttpRequest) -> HttpResponse:
    """Send a test e-mail."""
    return _done(request, lambda: mail_try(user=request.user), _("A test e-mail is on its way."))


def _own(request: HttpRequest, pk: int) -> Webhook:
    return get_object_or_404(Webhook.objects.visible_to(request.user), pk=pk)


def _done(request: HttpRequest, action: Callable[[], object], done: str) -> HttpResponse:
    try:
        action()
    except ActionError as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(request, done)
    return redirect("evaluation:notices")


def _page(request: HttpRequest, form: WebhookForm, **more: Any) -> HttpResponse:
    mine = Delivery.objects.visible_to(request.user)
    choice = MailChoice.objects.filter(person=request.user.pk).first()
    context = {
        "form": form,
        "lines": [_line(webhook) for webhook in Webhook.objects.visible_to(request.user)],
        "page": Paginator(mine.for_page(), PAGE).get_page(request.GET.get("page")),
        "unfinished": mine.waiting().exists(),
        "may_add": may_queue(request.user),
        "mail": MailForm(initial={"occasion": choice.occasion if choice else ""}, auto_id="mail_%s"),
        "mail_problem": mail_problem(request.user),
        **more,
    }
    status = 400 if form.errors else 200
    return render_live(request, "evaluation/notices.html", "evaluation/notices_live.html", context, status=status)


def _line(webhook: Webhook) -> Line:
    try:
        place = read_target(webhook.address, [webhook.address.split("/")[2]]).place
    except TargetError:
        place = webhook.address
    return Line(webhook, place, webhook.deliveries.for_page().first())
