"""What was made from a model, page by page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from modelcards.lineages import LEVEL, children, relations
from modelcards.models import ModelCard
from modelcards.taxonomy import RELATIONS
from modelcards.views.found import visible_card


@require_safe
def descendants(request: HttpRequest, slug: str) -> HttpResponse:
    """``/models/<slug>/descendants/?relation=…&after=…``: direct descendants of one relation.

    Pages follow one another by id: the thousandth costs as much as the first.
    """
    card = visible_card(request, slug)
    ways = relations(card, request.user)
    asked = request.GET.get("relation", "")
    relation = asked if asked in RELATIONS else next(iter([*ways, *RELATIONS]))
    after = _whole(request.GET.get("after", ""))
    found = children(card, request.user, relation, after)
    some = [kin.pk for kin in found[:LEVEL]]
    rows = ModelCard.objects.visible_to(request.user).for_browse().in_bulk(some)
    return render(
        request,
        "modelcards/descendants.html",
        {
            "card": card,
            "relations": [RELATIONS[way] for way in ways],
            "relation": RELATIONS[relation],
            "rows": [rows[pk] for pk in some if pk in rows],
            "after": after,
            "next": some[-1] if len(found) > LEVEL else None,
        },
    )


def _whole(text: str) -> int:
    """The number; 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
