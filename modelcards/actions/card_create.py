"""A person adds a card."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from modelcards.actions.apply_edit import apply_edit, checked_edit
from modelcards.actions.locks import SLUGS, hold
from modelcards.actions.noting import noted
from modelcards.actions.permission import require_create
from modelcards.actions.projection import link_arrivals
from modelcards.addresses import slug_taken
from modelcards.edits import CardEdit, EditErrors
from modelcards.fields import REQUIRED, read_new_slug
from modelcards.models import ModelCard


@transaction.atomic
def card_create(*, user: User, slug: str, edit: CardEdit) -> ModelCard:
    """A new card of this person's. Raises NotAllowed and EditErrors; a bad slug is an error of the field ``slug``."""
    require_create(user)
    hold(SLUGS)
    errors = slug_errors(slug)
    try:
        edit = checked_edit(user, None, edit)
    except EditErrors as refused:
        errors |= refused.errors
    for key in REQUIRED:
        if key not in edit.facts:
            errors.setdefault(key, [_("a card needs this")])
    if errors:
        raise EditErrors(errors)
    card = ModelCard.objects.create(slug=slug, name=edit.facts["name"].value, owner=user)
    with noted(user, card, new=True):
        apply_edit(user, card, edit)
    link_arrivals([card.pk])
    return card


def slug_errors(slug: str, *, card: int | None = None) -> dict[str, list[str]]:
    """What is wrong with a slug that a card is to take."""
    try:
        read_new_slug(slug)
    except ValueError as error:
        return {"slug": [str(error)]}
    if slug_taken(slug, card=card):
        return {"slug": [_("another card has this address, or had it")]}
    return {}
