"""Take a card out of the catalog, and bring it back."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from modelcards import registry
from modelcards.actions.noting import locked, noted
from modelcards.actions.permission import require_archive
from modelcards.edits import EditErrors
from modelcards.models import ModelCard


@transaction.atomic
def card_archive(*, user: User, card: ModelCard) -> ModelCard:
    """Hide the card everywhere; nothing of it is lost. Raises NotAllowed, and EditErrors while it is in use."""
    stored = locked(card)
    require_archive(user, stored)
    reasons = [str(reason) for guard in registry.archive_guards if (reason := guard(stored))]
    if reasons:
        raise EditErrors({"archived": reasons})
    with noted(user, stored):
        ModelCard.objects.filter(pk=stored.pk, archived_at=None).update(archived_at=timezone.now())
    return stored


@transaction.atomic
def card_restore(*, user: User, card: ModelCard) -> ModelCard:
    """Show an archived card again. Raises NotAllowed."""
    stored = locked(card)
    require_archive(user, stored)
    with noted(user, stored):
        ModelCard.objects.filter(pk=stored.pk).update(archived_at=None)
    return stored
