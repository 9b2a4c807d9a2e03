"""The list of models."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from modelcards.browse.links import list_address
from modelcards.browse.page import page_context, tray_context
from modelcards.browse.rail import SEARCHED, boxes, search_options
from modelcards.browse.searches import searches_of
from modelcards.filters import ModelFilters


@require_safe
def browse(request: HttpRequest) -> HttpResponse:
    """``/models/``: filters, list and tray; the same address gives the page and the parts that htmx swaps."""
    filters = ModelFilters.parse(request.GET)
    part = request.headers.get("HX-Target", "") if "HX-History-Restore-Request" not in request.headers else ""
    if part.startswith("o-"):
        return _options(request, filters, part.removeprefix("o-"))
    address = f"{list_address()}?{filters.query(page=filters.page)}".rstrip("?")
    if not part and not filters.errors and _of_a_form(request.GET):
        return redirect(address)
    response = _answer(request, filters, part)
    if part:
        stays = part == "tray" or _shown(request) == address
        response["HX-Replace-Url" if stays else "HX-Push-Url"] = address
    patch_vary_headers(response, ["HX-Target"])
    return response


def _answer(request: HttpRequest, filters: ModelFilters, part: str) -> HttpResponse:
    if part == "tray":
        return render(request, "modelcards/browse_tray.html", tray_context(request, filters))
    context = {**page_context(request, filters), "part": part}
    if part == "results":
        return render(request, "modelcards/browse_results.html", context)
    return render(request, "modelcards/browse.html", {**context, "searches": searches_of(request.user, filters)})


def _options(request: HttpRequest, filters: ModelFilters, key: str) -> HttpResponse:
    """The values of one facet that hold the text ``find``."""
    text = "".join(letter for letter in request.GET.get("find", "") if letter.isprintable()).strip()[:60]
    found = search_options(filters, request.user, key, text) if key in SEARCHED and text else []
    context = {"boxes": boxes(key, found), "text": text}
    response = render(request, "modelcards/browse_found.html", context)
    patch_vary_headers(response, ["HX-Target"])
    return response


def _of_a_form(query: QueryDict) -> bool:
    """Whether a form without scripts wrote this: with blanks, or columns one by one; its address can be shorter."""
    return "" in query.values() or len(query.getlist("columns")) > 1


def _shown(request: HttpRequest) -> str:
    """The address that the reader's page has now: the Enter key both changes a field and submits, one step back."""
    try:
        now = urlsplit(request.headers.get("HX-Current-URL", ""))
    except ValueError:
        return ""
    return f"{now.path}?{now.query}" if now.query else now.path
