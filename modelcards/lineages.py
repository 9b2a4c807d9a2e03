"""What a model was made from, and what was made from it; only cards that the reader may see."""

from __future__ import annotations

from dataclasses import dataclass, field

from modelcards.models import Lineage, ModelCard
from modelcards.querysets import Reader, visible_cards

DEPTH = 12
MOST = 200


@dataclass
class Branch:
    """A card with how it is related to the one it hangs on, and the cards that hang on it."""

    card: ModelCard
    relation: str
    branches: list[Branch] = field(default_factory=list)


def ancestors(card: ModelCard, user: Reader) -> list[Branch]:
    """The models that the card was made from, each with its own."""
    return _walk(card, user, near="child", far="parent")


def descendants(card: ModelCard, user: Reader) -> list[Branch]:
    """The models that were made from the card, each with its own."""
    return _walk(card, user, near="parent", far="child")


def _walk(card: ModelCard, user: Reader, *, near: str, far: str) -> list[Branch]:
    """Level by level, each card once; ends at ``DEPTH`` levels or ``MOST`` cards."""
    root = Branch(card, "")
    seen, level = {card.pk}, {card.pk: root}
    for _depth in range(DEPTH):
        links = Lineage.objects.filter(
            visible_cards(user, f"{far}__"), **{f"{near}__in": list(level), f"{far}__archived_at__isnull": True}
        ).select_related(far)
        found: dict[int, Branch] = {}
        for link in links.order_by(f"{far}__release_date", f"{far}__name"):
            other: ModelCard = getattr(link, far)
            if other.pk not in seen and len(seen) < MOST:
                seen.add(other.pk)
                found[other.pk] = Branch(other, link.relation)
                level[getattr(link, f"{near}_id")].branches.append(found[other.pk])
        if not found:
            break
        level = found
    return root.branches
