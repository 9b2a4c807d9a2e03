"""The cards that were taken out of the catalog, for who may bring them back."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from modelcards.models import CardChange, ModelCard
from modelcards.querysets import visible_cards

PAGE_SIZE = 25


@login_required
@require_safe
def archived(request: HttpRequest) -> HttpResponse:
    """``/models/archived/``: the last archived first, ``?page=`` by page. Without the right to archive: one's own."""
    assert isinstance(request.user, User)
    cards = ModelCard.objects.filter(visible_cards(request.user), archived_at__isnull=False)
    if not request.user.has_perm("modelcards.delete_modelcard"):
        cards = cards.filter(owner=request.user)
    listed = cards.only("slug", "name", "archived_at").order_by("-archived_at", "pk")
    page = Paginator(listed, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = list(page)
    by = _archived_by([card.pk for card in rows])
    context = {"page": page, "rows": [(card, by.get(card.pk, "")) for card in rows]}
    return render(request, "modelcards/archived.html", context)


def _archived_by(cards: list[int]) -> dict[int, str]:
    """Card to who archived it last."""
    changes = CardChange.objects.filter(card__in=cards, after__archived="yes").order_by("pk")
    return dict(changes.values_list("card", "by"))
