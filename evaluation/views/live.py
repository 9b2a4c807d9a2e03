"""Pages that change while they are read: one address answers the whole page, or only the part that changes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers, patch_vary_headers


def asks_for(request: HttpRequest, part: str) -> bool:
    """Whether the page's own script asks only for the element with this id."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Target") == part


def render_live(
    request: HttpRequest, page: str, part: str, context: dict[str, Any], *, id: str = "live", status: int = 200
) -> HttpResponse:
    """``part`` when the element ``id`` is asked for, else ``page``, which includes it. Never kept by a cache."""
    response = render(request, part if asks_for(request, id) else page, context, status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    add_never_cache_headers(response)
    return response
