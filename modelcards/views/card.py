"""A card's own page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from modelcards.models import ModelCard


@require_safe
def card(request: HttpRequest, slug: str) -> HttpResponse:
    """``/models/<slug>/``; a card that the reader may not see is the same as none."""
    found = get_object_or_404(ModelCard.objects.visible_to(request.user).for_page(), slug=slug)
    return render(request, "modelcards/card.html", {"card": found})
