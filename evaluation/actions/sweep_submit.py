"""Queue what a sweep file asks for and is not there yet. Doing it again queues nothing new."""

from __future__ import annotations

from dataclasses import dataclass

from evaluation.actions.plan import Plan, evaluation_plan
from evaluation.actions.submit import Submission, evaluation_submit
from evaluation.core.request import RequestError
from evaluation.core.sweep import Entry, Problem, SweepError
from evaluation.models import Cell
from modelcards.querysets import Reader


@dataclass(frozen=True)
class Planned:
    """One entry of a sweep with its plan, and with what was queued for it: None where nothing was missing."""

    entry: Entry
    plan: Plan
    submission: Submission | None = None

    @property
    def missing(self) -> int:
        """How many cells would run."""
        return self.plan.count("run")

    def cells(self) -> list[int]:
        """Ids of the cells that answer the entry, as far as they are known."""
        if self.submission:
            return list(Cell.objects.filter(evaluations=self.submission.evaluation).values_list("pk", flat=True))
        return [planned.cell.pk for planned in self.plan.cells if planned.cell]


def sweep_plan(*, user: Reader, entries: tuple[Entry, ...]) -> list[Planned]:
    """What every entry would do now. Raises ``SweepError`` with what is wrong in any of them, by line."""
    problems: list[Problem] = []
    planned: list[Planned] = []
    for entry in entries:
        try:
            planned.append(Planned(entry, evaluation_plan(user=user, request=entry.request)))
        except RequestError as error:
            problems += entry.problems(error)
    if problems:
        raise SweepError(problems)
    return planned


def sweep_submit(*, user: Reader, entries: tuple[Entry, ...], from_shell: bool = False) -> list[Planned]:
    """Queue each entry of which something is missing, after all of them were found sound.

    Each entry is a transaction of its own: broken off in the middle, the next time adds the rest. A cell that two
    entries ask for is queued by the first. Raises ``SweepError`` by line, and what ``evaluation_submit`` raises.
    """
    return [_submit(user, planned, from_shell) for planned in sweep_plan(user=user, entries=entries)]


def _submit(user: Reader, planned: Planned, from_shell: bool) -> Planned:
    if not planned.missing:
        return planned
    now = evaluation_plan(user=user, request=planned.entry.request)  # an entry before it may have queued the same
    if not now.count("run"):
        return Planned(planned.entry, now)
    try:
        submission = evaluation_submit(user=user, request=planned.entry.request, from_shell=from_shell)
    except RequestError as error:
        raise SweepError(planned.entry.problems(error)) from None
    return Planned(planned.entry, now, submission)
