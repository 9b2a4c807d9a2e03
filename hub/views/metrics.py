"""``/metrics``: measurements for Prometheus. Who may read them is a setting."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from hub.actions import token_used
from hub.metrics import requests, rows
from hub.models import ApiToken, Scope

OPEN, STAFF, OFF = "open", "staff", "off"


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """The text format of Prometheus. 404 where it is off, 401 for nobody, 403 for who is no administrator."""
    if settings.HUB_METRICS == OFF:
        raise Http404
    if settings.HUB_METRICS == STAFF and (refusal := refused(request)):
        return refusal
    text = generate_latest(requests.registry()) + generate_latest(rows.registry())
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST)


def refused(request: HttpRequest) -> HttpResponse | None:
    """The answer to one who is no administrator, by token or session."""
    person = request.user
    kind, _space, secret = request.headers.get("Authorization", "").partition(" ")
    if kind:
        token = ApiToken.objects.of_secret(secret.strip()) if kind.lower() == "bearer" else None
        if token is None or token.scope == Scope.NODE:
            return _plain(401, _("This token is not known, has expired, or is a node's."))
        token_used(token=token)
        person = token.user
    if not person.is_authenticated:
        return _plain(401, _("Send the token of an administrator: Authorization: Bearer SECRET"))
    if not person.is_staff:
        return _plain(403, _("Only administrators read measurements here."))
    return None


def _plain(status: int, text: str) -> HttpResponse:
    response = HttpResponse(f"{text}\n", content_type="text/plain; charset=utf-8", status=status)
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response
