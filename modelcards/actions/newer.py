"""A card that names its newer version: the newer one becomes its successor, now or when it arrives."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from modelcards.actions.awaited import await_newer, awaiting
from modelcards.actions.projection import project
from modelcards.addresses import card_ids
from modelcards.exchange.circles import Descent
from modelcards.exchange.factplan import NEWER_ORIGIN
from modelcards.exchange.seen import Seen
from modelcards.exchange.shapes import ReadCard
from modelcards.models import AwaitedCard, Fact, ModelCard, Withdrawal


def link_newer(cards: Mapping[int, ReadCard], *, arrived: Collection[int]) -> None:
    """State on each newer version what it succeeds; cards (by id) may name one, ``arrived`` may be awaited as one."""
    named = {card: read.newer for card, read in cards.items() if read.newer}
    ids = card_ids(set(named.values()))
    pairs = {(card, ids[slug]) for card, slug in named.items() if slug in ids}
    await_newer((card, slug) for card, slug in named.items() if slug not in ids)
    rows = [row for row in awaiting(arrived) if row.role == AwaitedCard.Role.NEWER] if arrived else []
    found = card_ids({row.slug for row in rows})
    pairs |= {(row.card_id, found[row.slug]) for row in rows}
    AwaitedCard.objects.filter(pk__in=[row.pk for row in rows]).delete()
    touched = {newer for older, newer in sorted(pairs) if older != newer and _state(older, newer)}
    project(touched)


def _state(older: int, newer: int) -> bool:
    """Store base model and relation as the older card's source says; whether anything is new.

    They are chosen where the newer card says nothing of its own, and where no circle comes of it.
    """
    old = ModelCard.objects.get(pk=older)
    source = Fact.objects.filter(card=older, field="hf_repo", chosen=True).values_list("source", "citation").first()
    name, address = source or (f"card: {old.slug}", "")
    pair = {"base_model": old.slug, "relation": "successor"}
    stated = Fact.objects.filter(card=newer, field__in=pair)
    if stated.filter(field="base_model", value=old.slug, source=name).exists():
        return False
    free = (
        not stated.filter(chosen=True).exists() and not Withdrawal.objects.filter(card=newer, field__in=pair).exists()
    )
    choose = free and not _circle(old.slug, newer)
    Fact.objects.bulk_create(
        [
            Fact(
                card_id=newer,
                field=field,
                value=value,
                source=name,
                citation=address,
                confidence="unchecked",
                chosen=choose,
                catalog=f"{NEWER_ORIGIN}{old.slug}",
            )
            for field, value in pair.items()
        ],
        ignore_conflicts=True,
    )
    return True


def _circle(parent: str, child: int) -> bool:
    descent = Descent(Seen())
    descent.load([parent])
    return descent.closes_circle(ModelCard.objects.values_list("slug", flat=True).get(pk=child), [parent])
