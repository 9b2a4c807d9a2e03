"""Give a card another address; the old one leads to it."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction

from modelcards.actions.card_create import slug_errors
from modelcards.actions.locks import SLUGS, hold
from modelcards.actions.noting import locked, noted
from modelcards.actions.permission import require_change
from modelcards.edits import EditErrors
from modelcards.models import FormerSlug, ModelCard


@transaction.atomic
def card_rename(*, user: User, card: ModelCard, slug: str) -> ModelCard:
    """Change the slug. Raises NotAllowed, and EditErrors of ``slug`` where it is wrong, taken, or was another card's.

    Files and facts that name the old slug keep meaning this card, so nothing of the cards made from it is written: a
    base model may have twenty thousand of them.
    """
    hold(SLUGS)
    stored = locked(card)
    require_change(user, stored)
    if slug == stored.slug:
        return stored
    if errors := slug_errors(slug, card=stored.pk):
        raise EditErrors(errors)
    with noted(user, stored):
        FormerSlug.objects.filter(slug=slug).delete()
        FormerSlug.objects.create(slug=stored.slug, card=stored)
        ModelCard.objects.filter(pk=stored.pk).update(slug=slug)
    return stored
