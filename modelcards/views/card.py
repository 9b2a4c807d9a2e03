"""A card's own page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from modelcards.cardpage import shown
from modelcards.views.found import visible_card


@require_safe
def card(request: HttpRequest, slug: str) -> HttpResponse:
    """``/models/<slug>/``: all that is known of a model. ``?revision=`` chooses the weights of the snippet."""
    found = visible_card(request, slug)
    return render(request, "modelcards/card.html", shown(request, found))
