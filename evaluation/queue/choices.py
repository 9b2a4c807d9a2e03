"""What the filters of the queue offer: what is there, and what is chosen already."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef

from evaluation.models import Cell, Node, Task
from evaluation.querysets import CellQuerySet
from evaluation.queue.filters import QueueFilter
from evaluation.queue.listing import Listing
from modelcards.models import Checkpoint
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


def choices(user: Reader, chosen: QueueFilter, found: Listing) -> Choices:
    """Of the runs in the chosen state that ``user`` may see, whatever else is filtered by."""
    runs = QueueFilter(chosen.state).runs(user).order_by()
    checkpoints = found.checkpoints if chosen.under_way else runs.values("checkpoint")
    people: Any = found.people if chosen.under_way else runs.values("requested_by")
    names = get_user_model().objects.filter(pk__in=people).order_by("username").values_list("username", flat=True)
    return Choices(
        models=_with(chosen.model, _models(user, checkpoints)),
        tasks=_with(chosen.task, _tasks(user, chosen, found)),
        people=_with(chosen.person, _same(names[:OFFERED_AT_MOST])),
        nodes=_with(chosen.node, _same(Node.objects.values_list("name", flat=True)[:OFFERED_AT_MOST])),
    )


def _models(user: Reader, checkpoints: Any) -> Iterable[Choice]:
    found = Checkpoint.objects.visible_to(user).filter(pk__in=checkpoints)
    return found.order_by("card__name").values_list("card__slug", "card__name").distinct()[:OFFERED_AT_MOST]


def _tasks(user: Reader, chosen: QueueFilter, found: Listing) -> Iterable[Choice]:
    """Of what is under way the tasks that are still to do; of what has ended those that have a cell in that state."""
    if chosen.under_way:
        cells: CellQuerySet = Cell.objects.under_way().filter(checkpoint__in=found.checkpoints)
        tasks = Task.objects.filter(pk__in=cells.order_by().values("task").distinct())
    else:
        cells = Cell.objects.visible_to(user).filter(state=chosen.state, task=OuterRef("pk"))
        tasks = Task.objects.filter(Exists(cells))
    return _same(tasks.order_by("name").values_list("name", flat=True)[:OFFERED_AT_MOST])


def _same(names: Iterable[str]) -> Iterable[Choice]:
    return ((name, name) for name in names)


def _with(value: str, offered: Iterable[Choice]) -> list[Choice]:
    """What is chosen can always be seen and taken back, be it offered or not."""
    found = list(offered)
    return found if not value or value in dict(found) else [(value, value), *found]
