"""A person corrects a card."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction

from modelcards.actions.apply_edit import apply_edit, checked_edit
from modelcards.actions.noting import locked, noted, require_version
from modelcards.actions.permission import require_change
from modelcards.edits import CardEdit
from modelcards.models import ModelCard


@transaction.atomic
def card_edit(*, user: User, card: ModelCard, version: int, changes: CardEdit) -> ModelCard:
    """Change facts, text and sharing of the card that was read at ``version``; gives the card as it is now.

    What is the same as before is not written. Raises NotAllowed, EditErrors, and EditConflict when somebody changed
    the card since that version.
    """
    stored = locked(card)
    require_change(user, stored)
    require_version(stored, version)
    edit = checked_edit(user, stored, changes)
    with noted(user, stored):
        apply_edit(user, stored, edit)
    return stored
