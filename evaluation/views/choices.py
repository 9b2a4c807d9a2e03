"""What the form of a new evaluation offers: models and tasks, each with the reason why it cannot be run, if so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from evaluation.actions.refuse import checkpoint_verdict, task_refusal
from evaluation.actions.resolve import altering, pick
from evaluation.models import Endpoint, Node, Task
from evaluation.tasklist import search_tasks
from modelcards.filters import NEWEST, RELEVANCE, ModelFilters
from modelcards.index import catalog_index
from modelcards.models import Checkpoint, ModelCard
from modelcards.querysets import ModelCardQuerySet, Reader

SHOWN = 30
# A catalog of more cards than this is not read as a whole, but so many of it.
LARGE, READ = 5_000, 500
T = TypeVar("T", ModelCard, Task)


@dataclass(frozen=True)
class Choice(Generic[T]):
    """One line of a list: the value that the form sends, its name, its row (None: not known), why it is refused.

    ``served``: a model behind an address.
    """

    value: str
    name: str
    row: T | None
    reason: str = ""
    chosen: bool = False
    served: bool = False


@dataclass(frozen=True)
class Choices(Generic[T]):
    """What is chosen, what the search found besides, and how many more it found."""

    chosen: tuple[Choice[T], ...]
    found: tuple[Choice[T], ...]
    more: int


def model_choices(user: Reader, search: str, chosen: Sequence[str], dtype: str) -> Choices[ModelCard]:
    """Cards that ``user`` may read, those that can be run first, then those with weights on this site."""
    slugs = {name.partition("@")[0] for name in chosen}
    cards = ModelCard.objects.visible_to(user).prefetch_related("checkpoints", "organisations")
    known = {card.slug: card for card in cards.filter(slug__in=slugs)}
    picked = tuple(_model_choice(name, known.get(name.partition("@")[0]), dtype, chosen=True) for name in chosen)
    weights = Exists(Checkpoint.objects.filter(card=OuterRef("pk")))
    listed, count = _listed(cards, search, user)
    ordered = listed.annotate(here=weights).order_by("-here", "name")
    offers = [value for card in ordered[: SHOWN + len(slugs)] for value in _values(card)]
    others = [_model_choice(value, card, dtype) for value, card in offers if value not in chosen]
    found = tuple(sorted(others, key=lambda choice: bool(choice.reason)))[:SHOWN]  # what can be run comes first
    shown = {choice.row.pk for choice in found + picked if choice.row}
    left = listed.exclude(pk__in=shown).count() if count is None else max(0, count - len(shown))
    return Choices(picked, found, left)


def _listed(cards: ModelCardQuerySet, search: str, user: Reader) -> tuple[ModelCardQuerySet, int | None]:
    """What answers a search. Of a large catalog only the cards that the index finds first and those with weights on
    this site are read, and the number is how many there are."""
    wish = ModelFilters(search=search[:200], sort=RELEVANCE if search else NEWEST, page_size=READ)
    found = catalog_index().find(wish, user)
    if found.total <= LARGE:
        return _searched(cards, search), None
    weights = Checkpoint.objects.exclude(path="").order_by().values_list("card", flat=True)[:READ]
    served = Endpoint.objects.in_use().order_by().values_list("checkpoint__card", flat=True)[:READ]
    here = _searched(ModelCard.objects.filter(pk__in=[*weights, *served]), search).values_list("pk", flat=True)
    return cards.filter(pk__in={*found.page_ids(), *here}), found.count


def _searched(cards: ModelCardQuerySet, search: str) -> ModelCardQuerySet:
    for word in search.split()[:6]:
        cards = cards.filter(Q(name__icontains=word) | Q(slug__icontains=word) | Q(organisations__name__icontains=word))
    return cards.distinct()


def _values(card: ModelCard) -> list[tuple[str, ModelCard]]:
    """A card with several checkpoints is offered once for each."""
    revisions = [checkpoint.revision for checkpoint in card.checkpoints.all()]
    return [(f"{card.slug}@{each}", card) for each in revisions] if len(revisions) > 1 else [(card.slug, card)]


def _model_choice(value: str, card: ModelCard | None, dtype: str, chosen: bool = False) -> Choice[ModelCard]:
    if card is None:
        return Choice(value, value, None, _("there is no such model"), chosen)
    revision = value.partition("@")[2]
    name = f"{card.name} @ {revision}" if revision else card.name
    found = pick(list(card.checkpoints.all()), revision)
    if found is None:
        return Choice(value, name, card, _("no checkpoint here: the card has no weights on this site"), chosen)
    found.card = card
    refusal = checkpoint_verdict(found, dtype).refusal
    served = not (found.path or found.repo_id or refusal)
    return Choice(value, name, card, refusal.reason if refusal else "", chosen, served)


def task_choices(search: str, chosen: Sequence[str]) -> Choices[Task]:
    """Tasks by name, the shipped ones first; those whose name starts with the search before others."""
    tasks = Task.objects.prefetch_related("nodes")
    known = {task.name: task for task in tasks.filter(name__in=chosen)}
    picked = tuple(_task_choice(name, known.get(name), chosen=True) for name in chosen)
    listed = search_tasks(search).exclude(name__in=chosen)
    found = tuple(_task_choice(task.name, task) for task in listed.prefetch_related("nodes")[:SHOWN])
    return Choices(picked, found, max(0, listed.count() - len(found)))


def _task_choice(name: str, task: Task | None, chosen: bool = False) -> Choice[Task]:
    if task is None:
        return Choice(name, name, None, _("there is no such task"), chosen)
    if task.altered:
        return Choice(name, name, task, altering(task), chosen)
    refusal = task_refusal(task) if task.kind == "task" else None
    return Choice(name, name, task, refusal.reason if refusal else "", chosen)


def label_choices() -> list[str]:
    """The labels that nodes have, whether or not they are up."""
    return sorted({str(label) for labels in Node.objects.values_list("labels", flat=True) for label in labels})
