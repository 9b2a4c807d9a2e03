"""Downloads: the list as it is filtered, and one card."""

from __future__ import annotations

import datetime

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from modelcards.exchange.documents import chosen_ids, documents
from modelcards.exchange.readme import write_card
from modelcards.exchange.streams import FORMATS, gathered
from modelcards.filters import ModelFilters
from modelcards.models import ModelCard


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """``/models/export/?format=…``: all models of the list, with its filters; sent while they are read."""
    chosen = FORMATS.get(request.GET.get("format", "json"))
    filters = ModelFilters.parse(request.GET)
    errors = dict(filters.errors)
    if chosen is None:
        errors["format"] = [_("not known; one of: %(names)s") % {"names": ", ".join(FORMATS)}]
    if errors or chosen is None:
        return render(request, "modelcards/export_refused.html", {"wrong": errors}, status=422)
    found = documents(chosen_ids(filters, request.user), request.user) if request.method == "GET" else []
    name = f"models-{_today().isoformat()}.{chosen.ending}"
    pieces = gathered(chosen.pieces(found)) if request.method == "GET" else iter([])
    return _attached(StreamingHttpResponse(pieces, content_type=chosen.media_type), name)


@require_safe
def readme(request: HttpRequest, slug: str) -> HttpResponseBase:
    """``/models/<slug>/README.md``: one card for the hub; a card that the reader may not see is the same as none."""
    if not slug.isprintable():  # PostgreSQL takes no NUL, not even in a question
        raise Http404
    card = get_object_or_404(ModelCard.objects.visible_to(request.user), slug=slug)
    found = next(documents([card.pk], request.user))
    return _attached(HttpResponse(write_card(found), content_type="text/markdown; charset=utf-8"), "README.md")


def _attached(response: HttpResponseBase, name: str) -> HttpResponseBase:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _today() -> datetime.date:
    return timezone.now().date()
