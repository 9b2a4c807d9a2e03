"""The evolutionary tree."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from modelcards.models import ModelCard


def tree(request: HttpRequest) -> HttpResponse:
    """``/tree/``: the cards that the reader may see, by family and time."""
    cards = ModelCard.objects.visible_to(request.user).order_by("-release_date", "name")
    return render(request, "modelcards/tree.html", {"cards": cards})
