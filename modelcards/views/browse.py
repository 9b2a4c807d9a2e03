"""The list of models."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from modelcards import browse as parts
from modelcards.filters import PAGE_SIZES, ModelFilters
from modelcards.models import ModelCard


@require_safe
def browse(request: HttpRequest) -> HttpResponse:
    """``/models/``: filters, table and tray; the same address gives the page and the parts that htmx swaps."""
    filters = ModelFilters.parse(request.GET)
    address = f"{reverse('modelcards:browse')}?{filters.query(page=filters.page)}".rstrip("?")
    part = request.headers.get("HX-Target", "") if "HX-History-Restore-Request" not in request.headers else ""
    if not part and not filters.errors and "" in request.GET.values():
        return redirect(address)
    template = {"results": "browse_results.html", "tray": "browse_tray.html"}.get(part, "browse.html")
    response = render(request, f"modelcards/{template}", _context(request, filters, part))
    if part:
        stays = part == "tray" or _shown(request) == address
        response["HX-Replace-Url" if stays else "HX-Push-Url"] = address
    patch_vary_headers(response, ["HX-Target"])
    return response


def _shown(request: HttpRequest) -> str:
    """The address that the reader's page has now: the Enter key both changes a field and submits, one step back."""
    try:
        now = urlsplit(request.headers.get("HX-Current-URL", ""))
    except ValueError:
        return ""
    return f"{now.path}?{now.query}" if now.query else now.path


def _context(request: HttpRequest, filters: ModelFilters, part: str) -> dict[str, Any]:
    """All that the page shows; the tray alone needs only the chosen models and the page's rows."""
    visible = ModelCard.objects.visible_to(request.user)
    page = Paginator(filters.ordered(filters.apply(visible)).for_browse(), filters.page_size).get_page(filters.page)
    chosen = _chosen(visible, filters)
    context = {
        "filters": filters,
        "part": part,
        "page": page,
        "chosen": chosen,
        "chosen_slugs": {card.slug for card in chosen},
        "chosen_elsewhere": [card for card in chosen if card.pk not in {row.pk for row in page}],
        "tray_actions": parts.tray_actions(request.user, [card.slug for card in chosen]),
        "clear_tray": filters.query(chosen="", page=filters.page),
    }
    return context if part == "tray" else context | _around(request, filters, visible, page)


def _around(request: HttpRequest, filters: ModelFilters, visible: Any, page: Any) -> dict[str, Any]:
    facets = parts.rail(filters, visible)
    extra = parts.extra_values(request, list(page))
    for card in page:
        card.extra = extra[card.pk]
    return {
        "total": visible.count(),
        "facets": facets,
        "ranges": parts.ranges(filters, visible),
        "chips": parts.chips(filters, facets),
        "columns": parts.columns(filters),
        "sorts": parts.sorts(filters),
        "page_sizes": PAGE_SIZES,
        "previous": filters.query(page=page.previous_page_number()) if page.has_previous() else None,
        "next": filters.query(page=page.next_page_number()) if page.has_next() else None,
        "cleared": f"chosen={','.join(filters.chosen)}" if filters.chosen else "",
    }


def _chosen(visible: Any, filters: ModelFilters) -> list[ModelCard]:
    """The cards in the tray that the reader may see, in the order of choice."""
    found = {card.slug: card for card in visible.filter(slug__in=filters.chosen)}
    return [found[slug] for slug in filters.chosen if slug in found]
