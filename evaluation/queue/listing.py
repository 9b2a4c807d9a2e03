"""The runs of the queue in their order, and the place that each has in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from evaluation.fairness import loads
from evaluation.models import Run
from evaluation.queue.filters import QueueFilter
from evaluation.queue.turns import in_turn
from modelcards.querysets import Reader


@dataclass(frozen=True)
class Listing:
    """``runs``: keys of what was asked for, in order. ``positions``: of those in the queue, among all in it.

    What runs comes first, then the queue as it goes; ended runs come newest first.
    """

    runs: Sequence[int] | QuerySet[Run, int]
    positions: dict[int, int]
    running: int = 0
    queued: int = 0
    waiting: int = 0


def listing(user: Reader, chosen: QueueFilter) -> Listing:
    """What ``user`` asked to see. ``waiting`` counts the whole queue, the other numbers what was found."""
    if not chosen.under_way:
        return Listing(chosen.runs(user).order_by("-pk").values_list("pk", flat=True), {})
    found = dict(chosen.runs(user).order_by().values_list("pk", "state"))
    order = _order()
    running = sorted(pk for pk, state in found.items() if state == "running")
    queued = [pk for pk in order if found.get(pk) == "queued"]
    positions = {pk: place for place, pk in enumerate(order, 1)}
    return Listing([*running, *queued], positions, len(running), len(queued), len(order))


def _order() -> list[int]:
    """The whole queue as it goes. One person alone has nobody to take turns with."""
    queued = list(Run.objects.waiting().order_by("created_at", "pk").values_list("pk", "priority", "requested_by"))
    several = len({person for _run, _priority, person in queued}) > 1
    return in_turn(queued, loads() if several else {})
