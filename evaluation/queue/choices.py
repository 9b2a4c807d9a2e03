"""What the filters of the queue offer: what is there, and what is chosen already."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth import get_user_model

from evaluation.models import Cell, Node, Task
from evaluation.querysets import RunQuerySet
from evaluation.queue.filters import QueueFilter
from modelcards.models import ModelCard
from modelcards.querysets import Reader

OFFERED_AT_MOST = 300
Choice = tuple[str, str]


@dataclass(frozen=True)
class Choices:
    """Values with the words for them, each list in the order of words."""

    models: list[Choice]
    tasks: list[Choice]
    people: list[Choice]
    nodes: list[Choice]


def choices(user: Reader, chosen: QueueFilter) -> Choices:
    """Of the runs in the chosen state that ``user`` may see, whatever else is filtered by."""
    runs = QueueFilter(chosen.state).runs(user).order_by()
    return Choices(
        models=_with(chosen.model, _models(user, runs)),
        tasks=_with(chosen.task, _tasks(runs)),
        people=_with(chosen.person, _people(runs)),
        nodes=_with(chosen.node, ((name, name) for name in Node.objects.values_list("name", flat=True))),
    )


def _models(user: Reader, runs: RunQuerySet) -> Iterable[Choice]:
    cards = ModelCard.objects.visible_to(user).filter(checkpoints__in=runs.values("checkpoint"))
    return cards.order_by("name").values_list("slug", "name").distinct()[:OFFERED_AT_MOST]


def _tasks(runs: RunQuerySet) -> Iterable[Choice]:
    cells = Cell.objects.filter(run__in=runs.values("pk")).order_by().values("task")
    names = Task.objects.filter(pk__in=cells.distinct()).order_by("name").values_list("name", flat=True)
    return ((name, name) for name in names[:OFFERED_AT_MOST])


def _people(runs: RunQuerySet) -> Iterable[Choice]:
    people = get_user_model().objects.filter(pk__in=runs.values("requested_by"))
    names = people.order_by("username").values_list("username", flat=True)[:OFFERED_AT_MOST]
    return ((name, name) for name in names)


def _with(value: str, offered: Iterable[Choice]) -> list[Choice]:
    """What is chosen can always be seen and taken back, be it offered or not."""
    found = list(offered)
    return found if not value or value in dict(found) else [(value, value), *found]
