"""Stored cards as documents: all that leaves the catalog, as far as a person may see it."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.contrib.auth.models import User
from pyroaring import BitMap

from modelcards import registry, values
from modelcards.addresses import card_ids
from modelcards.exchange.document import VERSION
from modelcards.fields import FIELDS, OF_LINEAGE
from modelcards.filters import ModelFilters
from modelcards.index import catalog_index
from modelcards.models import Checkpoint, Fact, ModelCard
from modelcards.querysets import Reader
from modelcards.registry import StatedScore

CHUNK = 200
# So many ids are asked for at once; of so few the database sorts the slugs, of more it walks them in order.
WALK, FEW = 10_000, 500
ORDER = {field: place for place, field in enumerate(FIELDS)}


def operator() -> User:
    """Whoever starts a command on this machine: sees everything."""
    return User(username="operator", is_superuser=True)


def chosen_ids(filters: ModelFilters, user: Reader) -> array[int]:
    """The cards of a list: which, the index says, so that a search finds here what it finds there; by address, an
    order that depends on nothing but the catalog."""
    found, wanted = catalog_index().find(filters, user), BitMap()
    cursor: int | None = -1
    while cursor is not None:
        some, cursor = found.after(cursor, WALK)
        wanted.update(some)
    cards = ModelCard.objects.visible_to(user).order_by("slug")
    if len(wanted) <= FEW:
        cards = cards.filter(pk__in=list(wanted))
    rows = cards.values_list("pk", flat=True).iterator(chunk_size=WALK)
    return array("q", (pk for pk in rows if pk in wanted))


def documents(ids: Sequence[int], user: Reader) -> Iterator[dict[str, Any]]:
    """A document for each card, some hundred at a time; a card that went away meanwhile is left out."""
    for start in range(0, len(ids), CHUNK):
        some = list(ids[start : start + CHUNK])
        cards = ModelCard.objects.visible_to(user).filter(pk__in=some).prefetch_related("facts", "checkpoints")
        rows = {card.pk: card for card in cards}
        yield from _chunk([rows[pk] for pk in some if pk in rows], user)


def _chunk(cards: Sequence[ModelCard], user: Reader) -> Iterator[dict[str, Any]]:
    hidden = _hidden(cards, user)
    scores: dict[int, list[StatedScore]] = {}
    for exchange in registry.score_exchanges:
        scores |= exchange.read(user, [card.pk for card in cards])
    for card in cards:
        yield document(card, scores.get(card.pk, ()), hidden)


def document(card: ModelCard, scores: Iterable[StatedScore], hidden: frozenset[str]) -> dict[str, Any]:
    """One card whole; ``hidden`` are names of cards that the reader may not see."""
    facts = [found for fact in sorted(card.facts.all(), key=_order) for found in _fact(fact, hidden)]
    if not any(fact["field"] == "base_model" for fact in facts):
        facts = [fact for fact in facts if fact["field"] not in OF_LINEAGE]
    weights = sorted((row for row in card.checkpoints.all() if row.repo_id), key=lambda row: row.revision)
    return {
        "version": VERSION,
        "slug": card.slug,
        "visibility": card.visibility,
        "facts": facts,
        "checkpoints": [_checkpoint(row) for row in weights],
        "scores": [_score(one) for one in scores],
        "text": card.card_text,
    }


def _hidden(cards: Sequence[ModelCard], user: Reader) -> frozenset[str]:
    """The base models that these cards name and the person may not see."""
    facts = [fact for card in cards for fact in card.facts.all() if fact.field == "base_model"]
    ids = card_ids({name for fact in facts for name in values.parse_names(fact.value)})
    wanted = sorted(set(ids.values()))
    seen = set(ModelCard.objects.visible_to(user).filter(pk__in=wanted).values_list("pk", flat=True))
    return frozenset(name for name, pk in ids.items() if pk not in seen)


def _order(fact: Fact) -> tuple[object, ...]:
    return (ORDER.get(fact.field, len(ORDER)), not fact.chosen, fact.source, fact.value)


def _fact(fact: Fact, hidden: frozenset[str]) -> Iterator[dict[str, Any]]:
    value = fact.value
    if fact.field == "base_model" and hidden:
        value = "; ".join(name for name in values.parse_names(value) if name not in hidden)
    if value:
        yield {
            "field": fact.field,
            "value": value,
            "source": fact.source,
            "citation": fact.citation,
            "confidence": fact.confidence,
            "chosen": fact.chosen,
        }


def _checkpoint(row: Checkpoint) -> dict[str, Any]:
    names = ("revision", "repo_id", "step", "tokens_seen", "dtype", "format", "sha256", "size")
    return {name: getattr(row, name) for name in names}


def _score(one: StatedScore) -> dict[str, Any]:
    return {
        "benchmark": one.benchmark,
        "num_fewshot": one.num_fewshot,
        "metric": one.metric,
        "value": one.value,
        "source": one.source,
        "confidence": one.confidence,
    }
