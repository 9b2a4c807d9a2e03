"""How far runs are: their cells counted by the database, a fixed number of queries however many there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Sum

from evaluation.actions.estimate import Speeds
from evaluation.models import Cell, Run, Task
from evaluation.querysets import UNDER_WAY


@dataclass
class Tally:
    """Cells of one run: how many stand where, documents over and in all, documents that tasks still have to do.

    ``documents`` and the values of ``left`` are None where a cell's documents are not counted yet.
    """

    states: Counter[str] = field(default_factory=Counter)
    documents: int | None = 0
    documents_over: int = 0
    left: dict[int, int | None] = field(default_factory=dict)
    tasks: set[int] = field(default_factory=set)

    @property
    def cells(self) -> int:
        """All cells."""
        return self.states.total()

    @property
    def over(self) -> int:
        """Cells that are done, failed or cancelled."""
        return self.cells - sum(self.states[state] for state in UNDER_WAY)

    @property
    def percent(self) -> int:
        """Documents over, of a hundred; cells where documents are not counted."""
        if self.cells and self.over == self.cells:
            return 100
        done, total = (self.documents_over, self.documents) if self.documents else (self.over, self.cells)
        return min(99, 100 * done // total) if total else 0

    def add(self, task: int, state: str, cells: int, done: int, total: int, counted: int) -> None:
        """Cells of one task in one state: their number, documents done and in all, how many of them are counted."""
        moving = state in UNDER_WAY
        known = counted == cells
        self.tasks.add(task)
        self.states[state] += cells
        self.documents = None if self.documents is None or not known else self.documents + total
        self.documents_over += min(done, total) if moving else total
        if moving:
            before = self.left.get(task, 0)
            self.left[task] = None if before is None or not known else before + max(0, total - done)

    def seconds(self, run: Run, speeds: Speeds, tasks: dict[int, Task]) -> float | None:
        """What its device still needs for it, from the speed of past cells; None where nothing is known."""
        parts = [speeds.seconds(run.checkpoint, tasks[task], left) for task, left in self.left.items()]
        return None if not parts or None in parts else sum(part for part in parts if part is not None)


def tallies(runs: Iterable[int]) -> dict[int, Tally]:
    """Of each run; one whose cells went to a newer run has none."""
    found = {run: Tally() for run in runs}
    counts = Cell.objects.filter(run__in=found).order_by().values_list("run_id", "task_id", "state")
    numbers = (Count("pk"), Sum("documents_done"), Sum("documents_total", default=0), Count("documents_total"))
    for run, task, state, cells, done, total, counted in counts.annotate(*numbers):
        found[run].add(task, state, cells, done, total, counted)
    return found
