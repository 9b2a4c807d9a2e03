"""Models side by side."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from modelcards.models import ModelCard


def compare(request: HttpRequest) -> HttpResponse:
    """``/compare/?models=a,b``: facts and scores of two to six models."""
    slugs = [slug for slug in request.GET.get("models", "").split(",") if slug]
    cards = ModelCard.objects.visible_to(request.user).filter(slug__in=slugs)
    return render(request, "evaluation/compare.html", {"cards": cards})
