"""Values for a field while it is typed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from modelcards.editing.suggest import suggestions

LONGEST = 500


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """``/models/suggest/?field=…&q=…``: options of a datalist; also takes ``f-<field>``, as the form names it."""
    field = request.GET.get("field", "")
    typed = request.GET.get("q", request.GET.get(f"f-{field}", ""))[:LONGEST]
    response = render(request, "modelcards/suggest.html", {"options": suggestions(request.user, field, typed)})
    patch_cache_control(response, private=True, max_age=30)
    return response
