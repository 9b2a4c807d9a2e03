"""The queue: every run with its place, its progress and why it waits; many of them changed at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from evaluation.actions import ActionError, Bulk, runs_cancel, runs_reprioritise, runs_retry
from evaluation.actions.permission import is_staff
from evaluation.actions.reprioritise import HIGHEST, LOWEST
from evaluation.models import Device, Run
from evaluation.queue.choices import choices
from evaluation.queue.filters import STATES, QueueFilter
from evaluation.queue.listing import listing
from evaluation.queue.rows import queue_rows
from evaluation.views.live import asks_for, render_live

PAGE_SIZE = 25


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What runs and what waits, in the order in which it goes; ``state`` shows ended runs. All is in the address."""
    chosen = QueueFilter.of(request.GET)
    context = _live(request, chosen)
    if not asks_for(request, "live"):
        staff = is_staff(request.user)
        context |= {
            "choices": choices(request.user, chosen, context["found"]),
            "lowest": LOWEST,
            "highest": HIGHEST if staff else 0,
        }
    return render_live(request, "evaluation/queue.html", "evaluation/queue_live.html", context)


def _live(request: HttpRequest, chosen: QueueFilter) -> dict[str, Any]:
    found = listing(request.user, chosen)
    page = Paginator(found.runs, PAGE_SIZE).get_page(request.GET.get("page"))
    return {
        "chosen": chosen,
        "states": STATES,
        "found": found,
        "page": page,
        "rows": queue_rows(list(page), found.positions),
        "staff": is_staff(request.user),
        "devices": Device.objects.live().count(),
        "ended": not chosen.under_way,
    }


@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """Cancel, retry or reprioritise the chosen runs, or all that match; then back to the same part of the queue."""
    chosen = QueueFilter.of(request.POST)
    page = f"{reverse('evaluation:queue')}?{urlencode(chosen.query)}".rstrip("?")
    if not request.user.is_authenticated:
        return redirect_to_login(page, settings.LOGIN_URL)
    runs = _asked(request, chosen)
    change = ACTS.get(request.POST.get("act", ""))
    if change is None:
        messages.error(request, _("Choose what to do with the runs: cancel, retry, or another priority."))
    elif not runs:
        messages.error(request, _("Choose the runs first, or all that match."))
    else:
        _do(request, change, runs)
    return redirect(page)


def _asked(request: HttpRequest, chosen: QueueFilter) -> list[int]:
    """Keys of the runs that the form names, of those that the reader may see."""
    if request.POST.get("scope") == "all":
        return list(chosen.runs(request.user).values_list("pk", flat=True))
    named = {int(value) for value in request.POST.getlist("run") if value.isascii() and value.isdigit()}
    seen = Run.objects.visible_to(request.user).filter(pk__in={pk for pk in named if pk < 2**63})
    return list(seen.values_list("pk", flat=True))


def _do(request: HttpRequest, change: Change, runs: list[int]) -> None:
    try:
        done, text = change(request, runs)
    except ActionError as refused:
        messages.error(request, refused.reason)
        return
    if done.changed:
        messages.success(request, text)
    for reason, number in done.left.items():
        left = ngettext("%(n)d run stays as it is: %(why)s", "%(n)d runs stay as they are: %(why)s", number)
        messages.warning(request, left % {"n": number, "why": reason})
    if not done.woken:
        messages.warning(request, _("It starts when Redis is back; nothing is lost meanwhile."))


Change = Callable[[HttpRequest, list[int]], tuple[Bulk, str]]


def _cancel(request: HttpRequest, runs: list[int]) -> tuple[Bulk, str]:
    done = runs_cancel(user=request.user, runs=runs)
    text = ngettext("%(n)d run was cancelled.", "%(n)d runs were cancelled.", done.changed)
    return done, f"{text % {'n': done.changed}} {_('What was done stays.')}"


def _retry(request: HttpRequest, runs: list[int]) -> tuple[Bulk, str]:
    done = runs_retry(user=request.user, runs=runs)
    text = ngettext(
        "What failed of %(n)d run was queued again.", "What failed of %(n)d runs was queued again.", done.changed
    )
    return done, text % {"n": done.changed}


def _reprioritise(request: HttpRequest, runs: list[int]) -> tuple[Bulk, str]:
    try:
        priority = int(request.POST.get("priority", ""))
    except ValueError:
        raise ActionError(_("Say which priority: a whole number.")) from None
    done = runs_reprioritise(user=request.user, runs=runs, priority=priority)
    text = ngettext(
        "%(n)d run has priority %(priority)d now.", "%(n)d runs have priority %(priority)d now.", done.changed
    )
    return done, text % {"n": done.changed, "priority": priority}


ACTS: dict[str, Change] = {"cancel": _cancel, "retry": _retry, "priority": _reprioritise}
