"""Who may read a card."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import transaction

from modelcards.actions.permission import require_change
from modelcards.models import CardChange, ModelCard
from modelcards.models.card import Visibility


@transaction.atomic
def card_share(
    *, user: User, card: ModelCard, visibility: str, owner: User | None, readers: Iterable[User]
) -> ModelCard:
    """Set who may read the card and who owns it; noted in its history. Raises NotAllowed, and ValueError."""
    if visibility not in Visibility.values:
        raise ValueError(f"{visibility!r} is not one of {', '.join(Visibility.values)}")
    stored = ModelCard.objects.select_for_update().get(pk=card.pk)
    require_change(user, stored)
    before = _shared(stored)
    stored.visibility, stored.owner = visibility, owner
    stored.version += 1
    stored.save(update_fields=["visibility", "owner", "updated_at", "version"])
    stored.readers.set(readers)
    after = _shared(stored)
    if after != before:
        CardChange.objects.create(card=stored, who=user, by=user.get_username(), before=before, after=after)
    return stored


def _shared(card: ModelCard) -> dict[str, str]:
    readers = card.readers.order_by("username").values_list("username", flat=True)
    owner = card.owner.get_username() if card.owner else ""
    return {"visibility": card.visibility, "owner": owner, "readers": ", ".join(readers)}
