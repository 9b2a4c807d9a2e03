"""Rename, archive and restore a card: a page that says what will happen, and the act."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from modelcards.actions import card_archive, card_rename, card_restore
from modelcards.actions.permission import may_archive, require_archive, require_change
from modelcards.edits import EditErrors
from modelcards.models import ModelCard
from modelcards.querysets import visible_cards
from modelcards.views.found import visible_card

METHODS = ["GET", "HEAD", "POST"]


@login_required
@require_http_methods(METHODS)
def rename(request: HttpRequest, slug: str) -> HttpResponseBase:
    """``/models/<slug>/rename/``."""
    card, user = visible_card(request, slug), _person(request)
    require_change(user, card)
    typed = request.POST.get("slug", card.slug).strip()
    errors: list[str] = []
    if request.method == "POST":
        try:
            renamed = card_rename(user=user, card=card, slug=typed)
            messages.success(request, _("%(name)s has a new address; the old one leads to it.") % {"name": card.name})
            return redirect(renamed)
        except EditErrors as refused:
            errors = refused.errors["slug"]
    context = {"card": card, "slug": typed, "errors": errors, "former": card.former_slugs.order_by("slug")}
    return render(request, "modelcards/rename.html", context, status=422 if errors else 200)


@login_required
@require_http_methods(METHODS)
def archive(request: HttpRequest, slug: str) -> HttpResponseBase:
    """``/models/<slug>/archive/``."""
    card, user = visible_card(request, slug), _person(request)
    require_archive(user, card)
    context = {"card": card, "children": card.child_links.count()}
    if request.method != "POST":
        return render(request, "modelcards/archive.html", context)
    try:
        card_archive(user=user, card=card)
    except EditErrors as refused:
        return render(request, "modelcards/archive.html", {**context, "errors": refused.errors["archived"]}, status=409)
    return redirect("modelcards:restore", slug=card.slug)


@login_required
@require_http_methods(METHODS)
def restore(request: HttpRequest, slug: str) -> HttpResponseBase:
    """``/models/<slug>/restore/``: only for who may; for all others there is no such card."""
    card, user = archived_card(request, slug), _person(request)
    if card is None:
        raise Http404
    if request.method != "POST":
        return render(request, "modelcards/restore.html", {"card": card})
    card_restore(user=user, card=card)
    messages.success(request, _("%(name)s is in the catalog again.") % {"name": card.name})
    return redirect(card)


def archived_card(request: HttpRequest, slug: str) -> ModelCard | None:
    """The archived card of this slug, if the person who asks may restore it."""
    if not isinstance(request.user, User) or not slug.isprintable():
        return None
    card = ModelCard.objects.filter(visible_cards(request.user), slug=slug, archived_at__isnull=False).first()
    return card if card is not None and may_archive(request.user, card) else None


def _person(request: HttpRequest) -> User:
    """The person behind a request that ``login_required`` let through."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
