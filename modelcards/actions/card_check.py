"""What an action would refuse, asked before it is done. Writes nothing."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from modelcards.actions.apply_edit import checked_edit
from modelcards.actions.card_create import slug_errors
from modelcards.edits import CardEdit, EditErrors
from modelcards.fields import REQUIRED
from modelcards.models import ModelCard


@transaction.atomic
def card_check(*, user: User, card: ModelCard | None, edit: CardEdit, slug: str = "") -> dict[str, list[str]]:
    """The reasons by field for which this edit (``card`` None: this new card at ``slug``) could not be stored."""
    errors = slug_errors(slug) if card is None else {}
    try:
        edit = checked_edit(user, card, edit)
    except EditErrors as refused:
        errors |= refused.errors
    if card is None:
        for key in REQUIRED:
            if key not in edit.facts:
                errors.setdefault(key, [_("a card needs this")])
    return errors
