"""What a model was made from, and what was made from it; only cards that the reader may see.

Every read is bounded: of a base model from which a hundred thousand models were made, some are drawn and the rest
counted as far as counting is cheap. An archived card stays as a stub between those that hang together through it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from modelcards.models import Lineage, ModelCard
from modelcards.prepared import Prepared
from modelcards.querysets import Reader, visible_cards
from modelcards.taxonomy import RELATIONS

DEPTH = 12
# Cards drawn on one level, links read for it, and links read for one relation where those do not suffice.
LEVEL = 50
READ = 200
COUNTED = 30
CARD = ("id", "slug", "name", "release_date", "release_precision", "archived_at")


# Whether a card has children, and many of them: from the index alone, whoever may see them.
_CHILDREN = Prepared(lambda pk: Lineage.objects.filter(parent=pk).values_list("relation")[:READ])
# Whether a card has any parent or child: so short a question that a level of a few cards is asked card by card first.
_ANY = {
    "child": Prepared(lambda pk: Lineage.objects.filter(child=pk).values_list("pk")[:1]),
    "parent": Prepared(lambda pk: Lineage.objects.filter(parent=pk).values_list("pk")[:1]),
}
FEW = 4


@dataclass(frozen=True)
class Kin:
    """A card in a lineage, as far as its line there shows it."""

    pk: int
    slug: str
    name: str
    release_date: datetime.date | None
    release_precision: str
    archived_at: datetime.datetime | None

    def get_absolute_url(self) -> str:
        """The address of its page."""
        return reverse("modelcards:card", args=[self.slug])


@dataclass
class Branch:
    """A card with how it is related to the one it hangs on, and what hangs on it; ``more`` of these are not drawn."""

    card: Kin
    relation: str
    branches: list[Branch] = field(default_factory=list)
    more: int = 0


@dataclass(frozen=True)
class Group:
    """What was made from a card in one way: the first branches and how many there are, or at least are."""

    relation: str
    branches: list[Branch]
    count: int
    at_least: bool

    @property
    def more(self) -> int:
        """How many of them are not drawn."""
        return self.count - sum(not branch.card.archived_at for branch in self.branches)


@dataclass(frozen=True)
class _Link:
    near: int
    relation: str
    card: Kin


def ancestors(card: ModelCard, user: Reader) -> list[Branch]:
    """The models that the card was made from, each with its own."""
    root = Branch(_kin(card), "")
    _grow([root], user, near="child", far="parent")
    return root.branches


def descendants(card: ModelCard, user: Reader) -> list[Group]:
    """The models that were made from the card by relation, each with its own."""
    found = _direct(card, user)
    share = LEVEL if sum(map(len, found.values())) <= LEVEL else LEVEL // len(found)
    kept = {relation: [Branch(link.card, relation) for link in links[:share]] for relation, links in found.items()}
    _grow([branch for branches in kept.values() for branch in branches], user, near="parent", far="child", seen=card.pk)
    groups = [_group(relation, links, kept[relation]) for relation, links in found.items()]
    return [group for group in groups if group.branches or group.count]


def successors(below: Iterable[Group]) -> list[Kin]:
    """Of these descendants of a card, the models that took its place, oldest first; archived ones took none."""
    heirs = (branch.card for group in below if group.relation == "successor" for branch in group.branches)
    return [kin for kin in heirs if not kin.archived_at]


def children(card: ModelCard, user: Reader, relation: str, after: int) -> list[Kin]:
    """A page (and one more) of what was made from the card in one way, by id, from behind the id ``after``."""
    links = _links([card.pk], user, near="parent", far="child").filter(relation=relation, child__archived_at=None)
    rows = links.filter(child_id__gt=after)[: LEVEL + 1]
    return [Kin(*row[2:]) for row in rows]


def relations(card: ModelCard, user: Reader) -> list[str]:
    """In which ways something was made from the card that the reader may see, in the order of the taxonomy."""
    links = _links([card.pk], user, near="parent", far="child").filter(child__archived_at=None)
    return [relation for relation in RELATIONS if links.filter(relation=relation)[:1]]


def _direct(card: ModelCard, user: Reader) -> dict[str, list[_Link]]:
    """The links to what was made from a card, by relation in the order of the taxonomy."""
    number = len(_CHILDREN.rows(card.pk))
    if not number:
        return {}
    every = _links([card.pk], user, near="parent", far="child")
    if number == READ:  # then those read may all be of one relation
        ways = [every.filter(relation=relation)[:COUNTED] for relation in RELATIONS]
        return {link[0].relation: link for way in ways if (link := _read(way))}
    read = _read(every[:READ])
    order = [*RELATIONS]
    read.sort(key=lambda link: order.index(link.relation) if link.relation in order else len(order))
    return {relation: list(links) for relation, links in groupby(read, key=lambda link: link.relation)}


def _group(relation: str, links: Sequence[_Link], branches: list[Branch]) -> Group:
    count = sum(not link.card.archived_at for link in links)
    return Group(relation, _alive(branches), count, len(links) == COUNTED)


def _grow(start: Iterable[Branch], user: Reader, *, near: str, far: str, seen: int = 0) -> None:
    """Hang on each branch what belongs there, level by level, each card once."""
    level = {branch.card.pk: branch for branch in start}
    known = {seen, *level}
    for _depth in range(DEPTH):
        if len(level) <= FEW:
            level = {pk: branch for pk, branch in level.items() if _ANY[near].rows(pk)}
        if not level:
            break
        found: dict[int, Branch] = {}
        for link in _read(_links(list(level), user, near=near, far=far)[:READ]):
            if link.card.pk in known:
                continue
            known.add(link.card.pk)
            if len(found) < LEVEL:
                found[link.card.pk] = Branch(link.card, link.relation)
                level[link.near].branches.append(found[link.card.pk])
            elif not link.card.archived_at:
                level[link.near].more += 1
        level = found


def _links(cards: list[int], user: Reader, *, near: str, far: str) -> QuerySet[Lineage, Any]:
    """The rows of the links from these cards, in an order that an index has."""
    links = Lineage.objects.filter(visible_cards(user, f"{far}__"), **{f"{near}__in": cards})
    columns = [f"{near}_id", "relation", *(f"{far}__{name}" for name in CARD)]
    return links.order_by(f"{near}_id", "relation", f"{far}_id").values_list(*columns)


def _read(rows: Iterable[Any]) -> list[_Link]:
    """The links of these rows, oldest card first and those of no known date last."""
    links = [_Link(row[0], row[1], Kin(*row[2:])) for row in rows]
    return sorted(links, key=lambda link: (link.card.release_date or datetime.date.max, link.card.name))


def _alive(branches: list[Branch]) -> list[Branch]:
    """Without archived cards on which no other hangs."""
    for branch in branches:
        branch.branches = _alive(branch.branches)
    return [branch for branch in branches if branch.branches or not branch.card.archived_at]


def _kin(card: ModelCard) -> Kin:
    return Kin(card.pk, card.slug, card.name, card.release_date, card.release_precision, card.archived_at)
