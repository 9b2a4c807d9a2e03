"""What stands before an act of a person: an account, and the right to it."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from evaluation.actions import ActionError, Retried
from evaluation.actions.permission import check_may_change
from modelcards.querysets import Reader


def may_change(user: Reader, requested_by_id: int | None) -> bool:
    """Whether ``user`` may cancel or retry what this person asked for."""
    try:
        check_may_change(user, requested_by_id)
    except ActionError:
        return False
    return True


def act(request: HttpRequest, page: str, action: Callable[[], object], done: str) -> HttpResponse:
    """Do it, say ``done`` or why not, and go back to ``page``. Without an account: sign in, then come to ``page``.

    Where workers could not be woken, that is said beside it.
    """
    if not request.user.is_authenticated:
        return redirect_to_login(page, settings.LOGIN_URL)
    try:
        outcome = action()
    except ActionError as refused:
        messages.error(request, refused.reason)
    else:
        if isinstance(outcome, Retried) and not outcome.woken:
            messages.warning(request, f"{done} {_('It starts when Redis is back; nothing is lost meanwhile.')}")
        else:
            messages.success(request, done)
    return redirect(page)
