"""Links to cards that are named before they are in the catalog: kept, and made as soon as the card is there."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from modelcards.addresses import card_ids
from modelcards.exchange.identity import slug_of
from modelcards.models import AwaitedCard, ModelCard

MANY = 500


def await_parents(cards: Collection[int], missing: Collection[tuple[int, str]]) -> None:
    """Keep which base models (card id, name) these cards await; what they await no more is forgotten."""
    kept = AwaitedCard.objects.filter(card__in=list(cards), role=AwaitedCard.Role.PARENT)
    present = {(row.card_id, row.slug): row.pk for row in kept}
    AwaitedCard.objects.filter(pk__in=[pk for key, pk in present.items() if key not in missing]).delete()
    AwaitedCard.objects.bulk_create(
        [
            AwaitedCard(card_id=card, slug=slug, role=AwaitedCard.Role.PARENT)
            for card, slug in sorted(set(missing) - set(present))
        ],
        ignore_conflicts=True,
    )


def await_newer(pairs: Iterable[tuple[int, str]]) -> None:
    """Keep that a card (id) named its newer version, which is not there yet."""
    rows = [AwaitedCard(card_id=card, slug=slug, role=AwaitedCard.Role.NEWER) for card, slug in pairs]
    AwaitedCard.objects.bulk_create(rows, ignore_conflicts=True)


def awaiting(cards: Collection[int]) -> list[AwaitedCard]:
    """What awaits one of these cards, by its address or by its repository."""
    rows = list(ModelCard.objects.filter(pk__in=list(cards)).values_list("slug", "hf_repo"))
    names = sorted({slug for slug, _repo in rows} | {slug_of(repo) for _slug, repo in rows if repo})
    found: list[AwaitedCard] = []
    for start in range(0, len(names), MANY):
        found += AwaitedCard.objects.filter(slug__in=names[start : start + MANY])
    ids = card_ids({row.slug for row in found})
    return [row for row in found if ids.get(row.slug) in set(cards)]
