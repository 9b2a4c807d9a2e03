"""The card that an address names, for the reader who asks."""

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from modelcards.models import ModelCard
from modelcards.querysets import ModelCardQuerySet


def visible_card(request: HttpRequest, slug: str, cards: ModelCardQuerySet | None = None) -> ModelCard:
    """The card, read through ``cards``; one that the reader may not see is the same as none (404)."""
    if not slug.isprintable():  # PostgreSQL takes no NUL, not even in a question
        raise Http404
    found: ModelCard = get_object_or_404(
        (ModelCard.objects.all() if cards is None else cards).visible_to(request.user), slug=slug
    )
    return found
