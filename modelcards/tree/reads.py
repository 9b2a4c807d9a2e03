"""Rows of the database as models of the tree."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import partial

from modelcards.models import Checkpoint, Fact, Lineage, ModelCard
from modelcards.querysets import Reader
from modelcards.tree.nodes import TreeModel
from modelcards.values import iso_date


def middle(day: date | None, precision: str) -> date | None:
    """The middle of what is known of a date: of its month or year, where only that is known."""
    if day is None or precision == "day":
        return day
    return day.replace(day=15) if precision == "month" else date(day.year, 7, 1)


def tree_models(user: Reader) -> list[TreeModel]:
    """Every card that ``user`` may read, with its parents among them; five queries, however many there are."""
    cards = {card.pk: card for card in ModelCard.objects.visible_to(user).order_by("slug")}
    makers = _makers()
    parents: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for child, parent, relation in Lineage.objects.order_by("id").values_list("child", "parent", "relation"):
        if parent in cards:
            parents[child].append((cards[parent].slug, relation))
    own = set(Checkpoint.objects.exclude(path="").values_list("card", flat=True))
    return [
        TreeModel(
            slug=card.slug,
            name=card.name,
            day=middle(card.release_date, card.release_precision),
            architecture_family=card.architecture_family,
            open_weights=card.open_weights,
            organisations=tuple(makers.get(key, ())),
            parents=tuple(parents[key]),
            stage=card.stage,
            parameters=card.parameters,
            released=iso_date(card.release_date, card.release_precision),
            own=key in own,
        )
        for key, card in cards.items()
    ]


def _makers() -> dict[int, list[str]]:
    """Organisations by card, in the order in which the chosen fact names them: the first one made the model."""
    stated = dict(Fact.objects.filter(field="organisation", chosen=True).values_list("card", "value"))
    makers: dict[int, list[str]] = defaultdict(list)
    through = ModelCard.organisations.through
    for card, name in through.objects.order_by("id").values_list("modelcard_id", "organisation__name"):
        makers[card].append(name)
    return {card: sorted(names, key=partial(_position, stated.get(card, ""))) for card, names in makers.items()}


def _position(text: str, name: str) -> int:
    """Where a name stands in a text; after its end where it does not."""
    return text.find(name) if name in text else len(text)
