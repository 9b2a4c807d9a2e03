"""Take a change of a card back."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from modelcards.actions.apply_edit import apply_edit, checked_edit
from modelcards.actions.card_archive import card_archive, card_restore
from modelcards.actions.card_rename import card_rename
from modelcards.actions.noting import SOURCE, card_state, changed_keys, locked, noted
from modelcards.actions.permission import require_change
from modelcards.edits import Between, CardEdit, EditConflict, EditErrors, Sharing, StatedFact
from modelcards.fields import FIELDS
from modelcards.models import CardChange, Fact, ModelCard

SHARING = ("visibility", "owner", "readers")


@transaction.atomic
def card_revert(*, user: User, change: CardChange) -> ModelCard:
    """Bring back what a change found, as a new change.

    Raises NotAllowed; EditConflict with the later changes of the same fields, when these are no longer as the change
    left them; EditErrors where there is nothing that could be brought back.
    """
    stored = locked(change.card)
    keys = _revertible(change)
    _check_untouched(stored, change, keys)
    if "archived" in keys:
        return (card_restore if change.after.get("archived") else card_archive)(user=user, card=stored)
    if "slug" in keys:
        return card_rename(user=user, card=stored, slug=change.before["slug"])
    require_change(user, stored)
    edit = checked_edit(user, stored, _backward(stored, change, keys))
    with noted(user, stored):
        apply_edit(user, stored, edit)
    return stored


def _revertible(change: CardChange) -> list[str]:
    if "name" not in change.before and "name" in change.after:
        raise EditErrors({"name": [_("This change made the card. Archive the card instead.")]})
    ours = {*FIELDS, "card_text", *SHARING, "archived", "slug"}
    keys = [key for key in changed_keys(change) if key in ours]
    if not keys:
        raise EditErrors({"change": [_("This change only notes what another source states; nothing can be reverted.")]})
    return keys


def _check_untouched(card: ModelCard, change: CardChange, keys: list[str]) -> None:
    """Raise EditConflict where a field is no longer as the change left it."""
    state = card_state(card)
    parts = [part for key in keys for part in (key, key + SOURCE) if part in {**change.before, **change.after}]
    touched = {part.removesuffix(SOURCE) for part in parts if state.get(part, "") != change.after.get(part, "")}
    if not touched:
        return
    later = CardChange.objects.filter(card=card, pk__gt=change.pk).order_by("pk")
    between = [
        Between(one.by, one.at, tuple(key for key in changed_keys(one) if key in touched))
        for one in later
        if touched & set(changed_keys(one))
    ]
    raise EditConflict(card.version, between)


def _backward(card: ModelCard, change: CardChange, keys: list[str]) -> CardEdit:
    """The edit that leads back."""
    facts = {key: _stated(card, key, change.before) for key in keys if key in FIELDS}
    text = change.before.get("card_text", "") if "card_text" in keys else None
    shared = {key: change.before[key] for key in SHARING if key in keys}
    return CardEdit(facts=facts, text=text, sharing=_sharing(card, shared) if shared else None)


def _stated(card: ModelCard, key: str, before: Mapping[str, str]) -> StatedFact:
    """The fact as it was. An entry tells the source only where that changed; else it is that of the same value."""
    value, source = before.get(key), before.get(key + SOURCE, "")
    now = Fact.objects.filter(card=card, field=key, chosen=True).first()
    if value is None and now is not None and source:
        value = now.value
    if value and not source:
        same = Fact.objects.filter(card=card, field=key, value=value).order_by("-catalog").first()
        source = same.source if same else now.source if now else ""
    return StatedFact(value or "", source)


def _sharing(card: ModelCard, before: Mapping[str, str]) -> Sharing:
    """The sharing as it was; people whose accounts are gone are left out."""
    people = User.objects.filter(is_active=True)
    owner, readers = card.owner, list(card.readers.all())
    if "owner" in before:
        owner = people.filter(username=before["owner"]).first()
    if "readers" in before:
        readers = list(people.filter(username__in=before["readers"].split(", ")))
    return Sharing(before.get("visibility", card.visibility), owner, readers)
