"""Rows of the database as models of the tree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from functools import partial

from django.db.models import Count

from modelcards.filters import NEWEST, ModelFilters
from modelcards.index import catalog_index
from modelcards.models import Checkpoint, Fact, Lineage, ModelCard
from modelcards.querysets import ModelCardQuerySet, Reader
from modelcards.tree.nodes import TreeModel
from modelcards.tree.select import landmarks
from modelcards.values import iso_date


def middle(day: date | None, precision: str) -> date | None:
    """The middle of what is known of a date: of its month or year, where only that is known."""
    if day is None or precision == "day":
        return day
    return day.replace(day=15) if precision == "month" else date(day.year, 7, 1)


# A tree of more can neither be read nor laid out in seconds; of a larger catalog these are chosen.
MOST = 600
STEPS_UP = 12


def tree_models(user: Reader, find: str = "") -> list[TreeModel]:
    """The cards that ``user`` may read, with their parents among them; a few queries, however many there are.

    Of more than ``MOST`` cards, these: the one whose slug is ``find`` with its ancestors, the landmarks, those whose
    weights lie here, those from which most were made, and the newest.
    """
    visible = ModelCard.objects.visible_to(user)
    ids = list(visible.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
    ids = ids if len(ids) <= MOST else _foremost(visible, find, user)
    cards = {card.pk: card for card in visible.filter(pk__in=ids).defer("card_text").order_by("slug")}
    makers = _makers(ids)
    parents: dict[int, list[tuple[str, str]]] = defaultdict(list)
    links = Lineage.objects.filter(child__in=ids).order_by("id")
    for child, parent, relation in links.values_list("child", "parent", "relation"):
        if parent in cards:
            parents[child].append((cards[parent].slug, relation))
    own = set(Checkpoint.objects.filter(card__in=ids).exclude(path="").values_list("card", flat=True))
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


def _foremost(visible: ModelCardQuerySet, find: str, user: Reader) -> list[int]:
    """The cards of a large catalog that its tree shows, by id."""
    made_from = Lineage.objects.values("parent").annotate(n=Count("pk")).order_by("-n", "parent")
    kinds: list[Callable[[], Iterable[int]]] = [
        lambda: _with_ancestors(visible.filter(slug=find).values_list("pk", flat=True)),
        lambda: visible.filter(slug__in=landmarks()).values_list("pk", flat=True),
        lambda: Checkpoint.objects.exclude(path="").values_list("card", flat=True)[:MOST],
        lambda: made_from.values_list("parent", flat=True)[:MOST],
        lambda: _newest(visible, user),
    ]
    chosen: dict[int, None] = {}
    for kind in kinds:
        if len(chosen) < MOST:
            some = list(kind())
            readable = set(visible.filter(pk__in=some).values_list("pk", flat=True))
            chosen |= dict.fromkeys(pk for pk in some if pk in readable)
    return list(chosen)[:MOST]


def _newest(visible: ModelCardQuerySet, user: Reader) -> list[int]:
    """The newest cards of a known date, from the index: the database would put the whole catalog in order."""
    ids = catalog_index().find(ModelFilters(sort=NEWEST), user).part(0, MOST)
    dated = set(visible.filter(pk__in=ids).exclude(release_date=None).values_list("pk", flat=True))
    return [pk for pk in ids if pk in dated]


def _with_ancestors(cards: Iterable[int]) -> list[int]:
    found = level = list(cards)
    for _step in range(STEPS_UP):
        level = list(Lineage.objects.filter(child__in=level).values_list("parent", flat=True)[:MOST])
        found = [*found, *level]
    return found


def _makers(cards: list[int]) -> dict[int, list[str]]:
    """Organisations by card, in the order in which the chosen fact names them: the first one made the model."""
    facts = Fact.objects.filter(card__in=cards, field="organisation", chosen=True)
    stated = dict(facts.values_list("card", "value"))
    makers: dict[int, list[str]] = defaultdict(list)
    through = ModelCard.organisations.through.objects.filter(modelcard__in=cards)
    for card, name in through.order_by("id").values_list("modelcard_id", "organisation__name"):
        makers[card].append(name)
    return {card: sorted(names, key=partial(_position, stated.get(card, ""))) for card, names in makers.items()}


def _position(text: str, name: str) -> int:
    """Where a name stands in a text; after its end where it does not."""
    return text.find(name) if name in text else len(text)
