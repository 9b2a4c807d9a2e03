"""One line of the queue: a run with its place, its progress, the time that is left and why it waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evaluation.actions.estimate import Speeds
from evaluation.models import Run, Task
from evaluation.progress import run_seconds_left
from evaluation.querysets import UNDER_WAY
from evaluation.queue.tally import Tally, tallies
from evaluation.waiting import Waiting

NAMED_AT_MOST = 3


@dataclass(frozen=True)
class QueueRow:
    """``position`` and ``waiting`` are for a run in the queue alone; ``tasks`` names the first few of ``tally``'s.

    ``seconds``: for a run that works, what is left; for one that waits, what it will need; None where not known.
    """

    run: Run
    tally: Tally
    tasks: tuple[str, ...]
    position: int | None
    waiting: str
    seconds: float | None

    @property
    def model(self) -> str:
        """The card's name, with the revision where it is not the usual one."""
        checkpoint = self.run.checkpoint
        usual = checkpoint.revision == "main"
        return checkpoint.card.name if usual else f"{checkpoint.card.name} @ {checkpoint.revision}"

    @property
    def further_tasks(self) -> int:
        """Tasks that are not named."""
        return len(self.tally.tasks) - len(self.tasks)


def queue_rows(pks: Sequence[int], positions: dict[int, int]) -> list[QueueRow]:
    """Rows in the order given, in a fixed number of queries. A run that is gone meanwhile is left out."""
    runs = Run.objects.for_page().defer("log_tail").in_bulk(pks)
    counted = tallies(runs)
    tasks = Task.objects.in_bulk({task for tally in counted.values() for task in tally.tasks})
    moving = [run for run in runs.values() if run.state in UNDER_WAY]
    waiting = Waiting(moving) if moving else None
    speeds = Speeds({run.checkpoint for run in moving}, waiting.devices) if waiting else None
    return [_row(runs[pk], counted[pk], tasks, positions, waiting, speeds) for pk in pks if pk in runs]


def _row(
    run: Run,
    tally: Tally,
    tasks: dict[int, Task],
    positions: dict[int, int],
    waiting: Waiting | None,
    speeds: Speeds | None,
) -> QueueRow:
    names = sorted(tasks[task].name for task in tally.tasks)[:NAMED_AT_MOST]
    waits = run.state == "queued"
    seconds = run_seconds_left(run)
    if seconds is None and speeds and run.state in UNDER_WAY:
        seconds = tally.seconds(run, speeds, tasks)
    reason = waiting.reason(run) if waiting else ""
    return QueueRow(run, tally, tuple(names), positions.get(run.pk) if waits else None, reason, seconds)
