"""All scores of one card as a file."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from evaluation.extensions import card_scores
from evaluation.scoresheets import scores_sheet
from evaluation.tableexport import asked_sheet
from modelcards.models import ModelCard


@require_safe
def scores(request: HttpRequest, slug: str) -> HttpResponse:
    """``/models/<slug>/scores/?format=…``: what the card's page shows of scores; without a format, that page."""
    if not slug.isprintable():  # PostgreSQL takes no NUL, not even in a question
        raise Http404
    card = get_object_or_404(ModelCard.objects.visible_to(request.user), slug=slug)
    address = request.build_absolute_uri(card.get_absolute_url())
    values = card_scores(request, card).values
    title = _("Scores of %(model)s") % {"model": card.name}
    sheets = {"scores": lambda: scores_sheet(title, [value.score for value in values], address)}
    return asked_sheet(request, sheets, f"{card.slug}-scores") or redirect(f"{card.get_absolute_url()}#scores")
