"""The picture of a card's family, which its page fetches once it is there: no card waits for a layout."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from modelcards.cardfamily import family_of
from modelcards.views.found import visible_card


@require_safe
def family(request: HttpRequest, slug: str) -> HttpResponse:
    """``/models/<slug>/family/``: a part of the card's page, blank where nothing can be drawn.

    Who opens it as a page of its own is led to the card.
    """
    card = visible_card(request, slug)
    if "HX-Request" in request.headers:
        response: HttpResponse = render(
            request, "modelcards/card_family.html", {"picture": family_of(card, request.user)}
        )
    else:
        response = redirect(f"{card.get_absolute_url()}#lineage")
    patch_vary_headers(response, ["HX-Request"])
    return response
