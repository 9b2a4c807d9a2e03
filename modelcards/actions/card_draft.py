"""A card for a model that something else than a person names; it says so, and nobody sees it who need not."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from modelcards.actions.locks import SLUGS, hold
from modelcards.actions.projection import link_arrivals, project
from modelcards.addresses import slug_taken
from modelcards.exchange.identity import slug_of, with_mark
from modelcards.fields import columns
from modelcards.models import CardChange, Fact, ModelCard
from modelcards.models.card import Confidence, Visibility


@transaction.atomic
def card_draft(*, facts: Mapping[str, str], source: str, owner: User | None, by: str) -> ModelCard:
    """A card of inferred facts (field to text, with ``name``): restricted to its owner, internal where there is none.

    ``by`` stands in its history. A draft is never public by itself: a person has to say so.
    """
    hold(SLUGS)
    card = ModelCard.objects.create(
        slug=_free_slug(facts.get("hf_repo") or facts["name"]),
        visibility=Visibility.RESTRICTED if owner else Visibility.INTERNAL,
        owner=owner,
        **columns(facts),
    )
    Fact.objects.bulk_create(
        Fact(
            card=card,
            field=field,
            value=value,
            source=source[:300],
            confidence=Confidence.INFERRED,
            chosen=True,
        )
        for field, value in facts.items()
    )
    project([card.pk])
    ModelCard.objects.filter(pk=card.pk).update(version=1)
    link_arrivals([card.pk])
    card.refresh_from_db()
    after = {**facts, "visibility": card.visibility}
    CardChange.objects.create(card=card, who=owner, by=by[:150], version=1, before={}, after=after)
    return card


def _free_slug(name: str) -> str:
    """The address of that name, or with a mark where another card has it."""
    slug, number = slug_of(name), 1
    while slug_taken(slug):
        slug = with_mark(slug_of(name), name if number == 1 else f"{name} {number}")
        number += 1
    return slug


def draft_retire(*, card: ModelCard, by: str) -> bool:
    """Archive a draft that nobody touched and that nothing hangs on any more; whether it was one."""
    inferred = not card.facts.exclude(confidence=Confidence.INFERRED).exists() and card.visibility != Visibility.PUBLIC
    touched = card.version != 1 or card.archived_at is not None or card.changes.count() != 1
    if touched or not inferred or card.checkpoints.exists():
        return False
    ModelCard.objects.filter(pk=card.pk).update(archived_at=timezone.now(), version=2)
    CardChange.objects.create(card=card, by=by[:150], version=2, before={}, after={"archived": "yes"})
    return True
