"""One pass over cards of a file: read each, then plan them, or bring them in, together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.contrib.auth.models import User

from modelcards.actions.cards_import import cards_import
from modelcards.exchange.item import Item
from modelcards.exchange.plan import plan_cards
from modelcards.exchange.report import Outcome, refused
from modelcards.exchange.seen import Seen
from modelcards.exchange.shapes import CardError, ReadCard

BATCH = 100


Read = ReadCard | Outcome


def read_items(items: Iterable[Item]) -> Iterator[Read]:
    """Each card as it is read, or why it cannot be; at once, as long as the file that holds it is open."""
    for item in items:
        try:
            yield item.read()
        except CardError as error:
            yield refused(error.errors)


def take(read: Sequence[Read], *, user: User | None, seen: Seen, dry: bool) -> list[Outcome]:
    """The outcome of each card, in their order. ``dry``: the same words, and nothing is written."""
    outcomes = iter(_take([one for one in read if isinstance(one, ReadCard)], user=user, seen=seen, dry=dry))
    return [next(outcomes) if isinstance(one, ReadCard) else one for one in read]


def _take(cards: Sequence[ReadCard], *, user: User | None, seen: Seen, dry: bool) -> list[Outcome]:
    if not cards:
        return []
    if dry:
        return [plan.outcome for plan in plan_cards(cards, user=user, seen=seen)]
    return cards_import(user=user, cards=cards, seen=seen)
