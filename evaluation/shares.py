"""Cells of an evaluation counted by the database, so that ten thousand of them cost little more than ten."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Sum

from evaluation.actions.estimate import Speeds
from evaluation.models import Cell, Device, Evaluation, EvaluationCell, Run, Task
from evaluation.progress import UNDER_WAY, Summary, run_seconds_left
from evaluation.querysets import CellQuerySet
from modelcards.models import Checkpoint


@dataclass(frozen=True)
class Share:
    """Cells of one run, checkpoint and task that are in one state. ``documents``: None where some are not counted."""

    run: int | None
    checkpoint: int
    task: int
    state: str
    cells: int
    done: int
    documents: int | None

    @property
    def over(self) -> int:
        """Documents that are over: all of an ended cell, however it ended."""
        documents = self.documents or 0
        return min(self.done, documents) if self.state in UNDER_WAY else documents

    @property
    def left(self) -> int | None:
        """Documents that are still to do; None where some are not counted."""
        return None if self.documents is None else self.documents - self.over


def cells_of(evaluation: Evaluation) -> CellQuerySet:
    """The cells of an evaluation, each once."""
    return Cell.objects.filter(pk__in=EvaluationCell.objects.filter(evaluation=evaluation).values("cell"))


def shares(cells: CellQuerySet) -> list[Share]:
    """Of ``cells``, in one query."""
    groups = cells.order_by().values_list("run_id", "checkpoint_id", "task_id", "state")
    numbers = (Count("pk"), Sum("documents_done"), Sum("documents_total"), Count("documents_total"))
    return [
        Share(run, checkpoint, task, state, n, done, documents if counted == n else None)
        for run, checkpoint, task, state, n, done, documents, counted in groups.annotate(*numbers)
    ]


def running_of(parts: Iterable[Share]) -> dict[int, Run]:
    """The runs among theirs that have a device now; there are no more of these than devices."""
    theirs = {part.run for part in parts}
    return {run.pk: run for run in Run.objects.filter(state="running").defer("log_tail") if run.pk in theirs}


def sum_up(parts: Iterable[Share], running: Mapping[int, Run], seconds_left: float | None = None) -> Summary:
    """The counts of ``parts``; of a run that loads its checkpoint no cell runs, though it has a device."""
    parts = list(parts)
    states: Counter[str] = Counter()
    for part in parts:
        states[part.state] += part.cells
    devices = {running[part.run].owner for part in parts if part.run is not None and part.run in running}
    counts = {str(state): count for state, count in states.items()}
    fraction = _fraction(parts)
    return Summary(states.total(), **counts, devices=len(devices), seconds_left=seconds_left, fraction=fraction)


def summary_of(cells: CellQuerySet) -> Summary:
    """How far these cells are now, and how long they still take."""
    parts = shares(cells)
    running = running_of(parts)
    return sum_up(parts, running, time_left(parts, running))


def evaluation_summary(evaluation: Evaluation) -> Summary:
    """That of all cells of an evaluation."""
    return summary_of(cells_of(evaluation))


def time_left(parts: Sequence[Share], running: Mapping[int, Run]) -> float | None:
    """Documents left at the pace of past cells, spread over the devices; a run that has one knows its own best.

    None where nothing is left, or the pace of some is not known.
    """
    moving = [part for part in parts if part.state in UNDER_WAY]
    told = {pk: left for pk, run in running.items() if (left := run_seconds_left(run)) is not None}
    total = sum(told[run] for run in {part.run for part in moving if part.run in told} if run is not None)
    rest = [part for part in moving if part.run not in told]
    seconds = _seconds(rest) if rest else 0.0
    if not moving or seconds is None:
        return None
    return (total + seconds) / max(1, len({run.owner for run in running.values()}))


def _seconds(parts: list[Share]) -> float | None:
    if any(part.left is None for part in parts):
        return None
    checkpoints = Checkpoint.objects.select_related("card").in_bulk({part.checkpoint for part in parts})
    tasks = Task.objects.in_bulk({part.task for part in parts})
    speeds = Speeds(checkpoints.values(), Device.objects.live())
    left: Counter[tuple[int, int]] = Counter()
    for part in parts:
        left[part.checkpoint, part.task] += part.left or 0
    total = 0.0
    for (checkpoint, task), documents in left.items():
        seconds = speeds.seconds(checkpoints[checkpoint], tasks[task], documents)
        if seconds is None:
            return None
        total += seconds
    return total


def _fraction(parts: Sequence[Share]) -> float | None:
    documents = [part.documents for part in parts]
    total = sum(count or 0 for count in documents)
    if not total or None in documents:
        return None
    return sum(part.over for part in parts) / total
