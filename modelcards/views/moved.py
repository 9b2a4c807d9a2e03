"""Addresses that cards had: they lead to where the card is now."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect
from django.shortcuts import redirect
from django.urls import reverse

from modelcards.models import FormerSlug
from modelcards.querysets import visible_cards
from modelcards.views.life import archived_card

View = Callable[..., HttpResponseBase]


def at_todays_address(view: View) -> View:
    """Where a page of a card is not found: lead a former slug on (301), and who may restore it to an archived card."""

    @wraps(view)
    def found(request: HttpRequest, slug: str, **others: Any) -> HttpResponseBase:
        try:
            return view(request, slug=slug, **others)
        except Http404:
            answer = _elsewhere(request, slug, others) if request.method in ("GET", "HEAD") else None
            if answer is None:
                raise
            return answer

    return found


def _elsewhere(request: HttpRequest, slug: str, others: dict[str, Any]) -> HttpResponseBase | None:
    if not slug.isprintable() or request.resolver_match is None:
        return None
    former = FormerSlug.objects.filter(visible_cards(request.user, "card__"), slug=slug).select_related("card").first()
    if former is not None and former.card.archived_at is None:
        path = reverse(request.resolver_match.view_name, kwargs={"slug": former.card.slug, **others})
        query = request.META.get("QUERY_STRING", "")
        moved = HttpResponsePermanentRedirect(f"{path}?{query}" if query else path)
        # The card may take its old address back: no browser may remember this for ever.
        moved.headers["Cache-Control"] = "no-cache"
        return moved
    if archived_card(request, slug):
        return redirect("modelcards:restore", slug=slug)
    return None
