"""A card's own page."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from modelcards import registry, taxonomy
from modelcards.browse import tray_actions
from modelcards.cardfacts import fact_lines, written
from modelcards.fields import OF_LINEAGE
from modelcards.licences import restriction
from modelcards.lineages import ancestors, descendants
from modelcards.loading import snippet
from modelcards.markdown import safe_html
from modelcards.masks import mask, words
from modelcards.models import CardChange, Fact, ModelCard

CHANGES = 8


@require_safe
def card(request: HttpRequest, slug: str) -> HttpResponse:
    """``/models/<slug>/``; a card that the reader may not see is the same as none."""
    if not slug.isprintable():  # PostgreSQL takes no NUL, not even in a question
        raise Http404
    found = get_object_or_404(ModelCard.objects.visible_to(request.user).for_page(), slug=slug)
    return render(request, "modelcards/card.html", {"card": found, **_facts(found), **_around(request, found)})


def _facts(card: ModelCard) -> dict[str, Any]:
    checkpoints = list(card.checkpoints.all())
    return {
        "family": taxonomy.FAMILIES.get(card.architecture_family),
        "objective": taxonomy.OBJECTIVES.get(card.objective),
        "stage": taxonomy.STAGES.get(card.stage),
        "attention": taxonomy.ATTENTION.get(card.attention),
        "mask": mask(card.attention, 26) if card.attention else None,
        "words": words(card.attention, 26),
        "masks": [(term, mask(key, 8)) for key, term in taxonomy.ATTENTION.items()],
        "restriction": restriction(card.licence_id, card.licence),
        "lines": fact_lines(card.facts.all()),
        "checkpoints": checkpoints,
        "snippet": snippet(card, checkpoints),
        "text": safe_html(card.card_text) if card.card_text else "",
        "changes": [_change(change) for change in card.changes.all()[:CHANGES]],
    }


def _around(request: HttpRequest, card: ModelCard) -> dict[str, Any]:
    return {
        "ancestors": ancestors(card, request.user),
        "descendants": descendants(card, request.user),
        "panels": _panels(request, card),
        "figures": [figure.value(request, card) for figure in registry.card_figures],
        "actions": tray_actions(request.user, [card.slug]),
    }


def _panels(request: HttpRequest, card: ModelCard) -> list[SafeString]:
    """What other apps show of the card, in their order."""
    filled = [
        (panel.template, panel.context(request, card))
        for panel in sorted(registry.card_panels, key=lambda panel: panel.order)
    ]
    return [render_to_string(template, context, request) for template, context in filled if context is not None]


def _change(change: CardChange) -> dict[str, Any]:
    """One entry of the history; what names another card is left to the lineage."""
    fields = dict.fromkeys(key for key in {**change.before, **change.after} if key.split(" ")[0] not in OF_LINEAGE)
    rows = [_changed_field(key, change.before.get(key, ""), change.after.get(key, "")) for key in fields]
    return {"by": change.by, "at": change.at, "rows": rows, "first": not change.before and "name" in change.after}


def _changed_field(key: str, before: str, after: str) -> dict[str, Any]:
    """One field of a change in words; a key ``field (source)`` tells what another source states."""
    field, _space, source = key.partition(" (")
    words = [written(Fact(field=field, value=value)) if value else "" for value in (before, after)]
    return {"field": field, "source": source.removesuffix(")"), "before": words[0], "after": words[1]}
