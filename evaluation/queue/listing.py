"""The runs of the queue in their order, and the place that each has in it.

What is under way is read once, all of it: a place depends on every run before it, hidden ones too. Ten thousand rows
of five numbers take the database a few milliseconds, and the page then asks for the rows that it shows alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet

from evaluation.fairness import loads
from evaluation.models import Run
from evaluation.queue.filters import QueueFilter
from evaluation.queue.turns import in_turn
from modelcards.models import Checkpoint
from modelcards.querysets import Reader


@dataclass(frozen=True)
class Listing:
    """``runs``: keys of what was asked for, in order. ``positions``: of those in the queue, among all in it.

    What runs comes first, then the queue as it goes; ended runs come newest first. ``running`` and ``queued`` count
    what was found, ``waiting`` the whole queue. ``checkpoints`` and ``people``: of all that moves and may be seen in
    the chosen state, whatever else is filtered by.
    """

    runs: Sequence[int] | QuerySet[Run, int]
    positions: dict[int, int] = field(default_factory=dict)
    running: int = 0
    queued: int = 0
    waiting: int = 0
    checkpoints: frozenset[int] = frozenset()
    people: frozenset[int] = frozenset()

    @property
    def count(self) -> int:
        """How many were asked for."""
        return self.runs.count() if isinstance(self.runs, QuerySet) else len(self.runs)


Moving = tuple[int, str, int, int | None, int]
COLUMNS = ("pk", "state", "priority", "requested_by", "checkpoint")


def listing(user: Reader, chosen: QueueFilter) -> Listing:
    """What ``user`` asked to see of what ``user`` may see."""
    if not chosen.under_way:
        return Listing(chosen.runs(user).order_by("-pk").values_list("pk", flat=True))
    moving: list[Moving] = list(Run.objects.active().order_by("created_at", "pk").values_list(*COLUMNS))
    order = _order(moving)
    shown = _seen(user, moving)
    if chosen.state:
        shown = [run for run in shown if run[1] == chosen.state]
    found = shown
    if chosen.narrowed:
        wanted = set(chosen.runs(user).order_by().values_list("pk", flat=True))
        found = [run for run in shown if run[0] in wanted]
    running = sorted(run[0] for run in found if run[1] == "running")
    queued = order if len(found) == len(moving) else _among(order, found)
    return Listing(
        runs=[*running, *queued],
        positions=dict(zip(order, range(1, len(order) + 1), strict=True)),
        running=len(running),
        queued=len(queued),
        waiting=len(order),
        checkpoints=frozenset(run[4] for run in shown),
        people=frozenset(run[3] for run in shown if run[3] is not None),
    )


def _among(order: list[int], found: list[Moving]) -> list[int]:
    waiting = {run[0] for run in found if run[1] == "queued"}
    return [pk for pk in order if pk in waiting]


def place(run: Run) -> int:
    """The place of a run in the whole queue, counted from 1; 0 for one that is not in it."""
    waiting: list[Moving] = list(Run.objects.waiting().order_by("created_at", "pk").values_list(*COLUMNS))
    order = _order(waiting)
    return order.index(run.pk) + 1 if run.pk in order else 0


def _order(moving: list[Moving]) -> list[int]:
    """The whole queue as it goes. One person alone has nobody to take turns with."""
    queued = [(pk, priority, person) for pk, state, priority, person, _checkpoint in moving if state == "queued"]
    several = len({person for _pk, _priority, person in queued}) > 1
    return in_turn(queued, loads() if several else {})


def _seen(user: Reader, moving: list[Moving]) -> list[Moving]:
    """Those of checkpoints that ``user`` may see, of which there are far fewer than runs."""
    checkpoints = {run[4] for run in moving}
    visible = set(Checkpoint.objects.visible_to(user).filter(pk__in=checkpoints).values_list("pk", flat=True))
    return moving if checkpoints <= visible else [run for run in moving if run[4] in visible]
