"""The history of a card: its changes, each with what it changed, and taking one back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from modelcards.actions.card_revert import card_revert
from modelcards.cardpage import may_edit
from modelcards.edits import EditConflict, EditErrors
from modelcards.history import TEXT, changed_fields, entries, field_name, visible_slugs, without_texts
from modelcards.models import CardChange, ModelCard
from modelcards.textdiff import text_diff
from modelcards.views.found import visible_card

PAGE_SIZE = 25


@require_safe
def history(request: HttpRequest, slug: str) -> HttpResponse:
    """``/models/<slug>/history/``: every change of a card, newest first, ``?page=`` by page."""
    card = visible_card(request, slug)
    page = Paginator(card.changes.order_by("-at", "-pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    read = without_texts(card.changes.order_by("-at", "-pk"))[max(0, page.start_index() - 1) : page.end_index()]
    mine = may_edit(request.user, card)
    return render(
        request,
        "modelcards/history.html",
        {"card": card, "page": page, "changes": entries(read, request.user, may_change=mine)},
    )


@require_safe
def change(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """``/models/<slug>/history/<pk>/``: what one change changed, field by field and line by line."""
    card = visible_card(request, slug)
    found = get_object_or_404(card.changes, pk=pk)
    return render(request, "modelcards/change.html", _change(request, card, found))


@login_required
@require_POST
def revert(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Take a change back, then show the card; where it cannot be, show the change again and say why."""
    card = visible_card(request, slug)
    found = get_object_or_404(card.changes.select_related("card"), pk=pk)
    try:
        changed = card_revert(user=request.user, change=found)  # type: ignore[arg-type]  # signed in
    except EditConflict as conflict:
        return _refused(request, card, found, _conflict(conflict), 409)
    except EditErrors as errors:
        return _refused(request, card, found, [reason for said in errors.errors.values() for reason in said], 400)
    messages.success(request, _("The change of %(by)s was taken back.") % {"by": found.by})
    return redirect("modelcards:history", slug=changed.slug)


def _change(request: HttpRequest, card: ModelCard, found: CardChange) -> dict[str, Any]:
    mine = may_edit(request.user, card)
    seen = visible_slugs([found.before, found.after], request.user)
    fields = changed_fields(found.before, found.after, seen, may_change=mine)
    of_text = TEXT in found.before or TEXT in found.after
    return {
        "card": card,
        "change": found,
        "first": "name" in found.after and "name" not in found.before,
        "fields": fields,
        "with_sources": any(field.source for field in fields),
        "text": text_diff(found.before.get(TEXT, ""), found.after.get(TEXT, "")) if of_text else None,
        "newer": card.changes.filter(pk__gt=found.pk).order_by("pk").values_list("pk", flat=True).first(),
        "older": card.changes.filter(pk__lt=found.pk).order_by("-pk").values_list("pk", flat=True).first(),
        "may_change": mine,
    }


def _refused(request: HttpRequest, card: ModelCard, found: CardChange, reasons: list[str], status: int) -> HttpResponse:
    context = {**_change(request, card, found), "reasons": reasons}
    return render(request, "modelcards/change.html", context, status=status)


def _conflict(conflict: EditConflict) -> list[str]:
    said = _("Since then these fields were changed again, so nothing was taken back. Take the later change back first.")
    later = [
        _("%(fields)s, by %(by)s") % {"fields": ", ".join(map(field_name, one.fields)), "by": one.by}
        for one in conflict.changes
    ]
    return [said, *later]
