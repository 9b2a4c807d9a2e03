"""Who may read a card."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import transaction

from modelcards.actions.apply_edit import apply_edit, checked_edit
from modelcards.actions.noting import locked, noted
from modelcards.actions.permission import require_change
from modelcards.edits import CardEdit, Sharing
from modelcards.models import ModelCard


@transaction.atomic
def card_share(
    *, user: User, card: ModelCard, visibility: str, owner: User | None, readers: Iterable[User]
) -> ModelCard:
    """Set who may read the card and who owns it; noted in its history. Raises NotAllowed, and EditErrors."""
    stored = locked(card)
    require_change(user, stored)
    edit = checked_edit(user, stored, CardEdit(sharing=Sharing(visibility, owner, list(readers))))
    with noted(user, stored):
        apply_edit(user, stored, edit)
    return stored
