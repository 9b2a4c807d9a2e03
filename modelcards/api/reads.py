"""Reads that several addresses share: cards with what their shape names, and the card that an address means."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest
from django.utils.translation import gettext as _

from modelcards.models import FormerSlug, Lineage, ModelCard
from modelcards.querysets import ModelCardQuerySet, Reader, visible_cards
from modelcards.rest import ProblemError, missing

Shaper = Callable[[ModelCardQuerySet, Reader], ModelCardQuerySet]


def with_relations(cards: ModelCardQuerySet, user: Reader) -> ModelCardQuerySet:
    """Fetch what a model's shape names in a fixed number of queries; parents only as far as ``user`` may see them."""
    links: Any = Lineage.objects.filter(visible_cards(user, "parent__")).select_related("parent").order_by("pk")
    links = links.only("child", "relation", "parent__slug")
    names = ("organisations", "languages", "modalities", "checkpoints")
    return cards.prefetch_related(*names, Prefetch("parent_links", links))


def in_detail(cards: ModelCardQuerySet, user: Reader) -> ModelCardQuerySet:
    """The same with facts and publications."""
    return with_relations(cards, user).prefetch_related("facts", "publications")


def card_at(request: HttpRequest, slug: str, read: Shaper | None = None) -> ModelCard:
    """The card that the reader may see at this slug. Raises Problem 404, and 308 for a slug that it had before."""
    visible = ModelCard.objects.visible_to(request.user)
    found = (read(visible, request.user) if read else visible).filter(slug=slug).first()
    if found is not None:
        return found
    now = FormerSlug.objects.filter(slug=slug, card__in=visible).values_list("card__slug", flat=True).first()
    if now is None:
        raise missing(_("There is no model “%(slug)s”, or it is not open to you.") % {"slug": slug})
    # A program keeps its method and its body.
    address = request.get_full_path().replace(f"/models/{slug}", f"/models/{now}", 1)
    reason = _("This model is now called %(slug)s.") % {"slug": now}
    raise ProblemError(308, _("Moved"), reason, headers={"Location": address})
