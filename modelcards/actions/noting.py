"""Change one card under a lock, and note what it was and is: one entry in its history, one version more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.contrib.auth.models import User
from django.utils import timezone

from modelcards.edits import Between, EditConflict
from modelcards.models import CardChange, Fact, ModelCard

State = Mapping[str, str]
SOURCE = " source"


def locked(card: ModelCard) -> ModelCard:
    """The card as it is stored, held until the transaction ends."""
    # Without the key: a card that is made from this one may be stored meanwhile, else two edits could lock each other.
    return ModelCard.objects.select_for_update(no_key=True).get(pk=card.pk)


def card_state(card: ModelCard) -> dict[str, str]:
    """All that people change of a card, as text: chosen facts (``parameters``) with ``parameters source``, and more."""
    state: dict[str, str] = {}
    for key, value, source in Fact.objects.filter(card=card, chosen=True).values_list("field", "value", "source"):
        state |= {key: value, f"{key}{SOURCE}": source}
    readers = card.readers.order_by("username").values_list("username", flat=True)
    return {
        **state,
        "slug": card.slug,
        "card_text": card.card_text,
        "visibility": card.visibility,
        "owner": card.owner.get_username() if card.owner else "",
        "readers": ", ".join(readers),
        "archived": "yes" if card.archived_at else "",
    }


@contextmanager
def noted(user: User, card: ModelCard, *, new: bool = False) -> Iterator[None]:
    """Note what the block changes of the locked card; where it changes nothing, nothing is noted.

    ``new``: the card has just been made, all of it is noted and its version stays 1.
    """
    before = {} if new else card_state(card)
    version = 1 if new else card.version + 1
    yield
    card.refresh_from_db()
    after = {key: value for key, value in card_state(card).items() if value or not new}
    keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    if not keys:
        return
    if card.version != version:  # else the projection of the facts has just written both
        card.version, card.updated_at = version, timezone.now()
        card.save(update_fields=["version", "updated_at"])
    name = user.get_username()
    CardChange.objects.create(
        card=card, who=user, by=name, version=version, before=_of(before, keys), after=_of(after, keys)
    )


def require_version(card: ModelCard, version: int) -> None:
    """Raise EditConflict if somebody changed the locked card after this version was read."""
    since = CardChange.objects.filter(card=card, version__gt=version).order_by("version", "pk")
    changes = [Between(change.by, change.at, changed_keys(change)) for change in since]
    if changes or card.version < version:
        raise EditConflict(card.version, changes)


def changed_keys(change: CardChange) -> tuple[str, ...]:
    """The fields of a change, without what only tells of their sources."""
    keys = (key.removesuffix(SOURCE) for key in {**change.before, **change.after})
    return tuple(dict.fromkeys(keys))


def _of(state: State, keys: list[str]) -> dict[str, str]:
    return {key: state[key] for key in keys if key in state}
