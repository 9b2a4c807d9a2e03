"""The rows of the list of evaluations: each with its counts and, where it waits, why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _

from evaluation.models import Evaluation, EvaluationCell, Run
from evaluation.progress import Summary
from evaluation.querysets import UNDER_WAY
from evaluation.waiting import Waiting

STATES = ("running", "queued", "done", "failed", "cancelled")


@dataclass(frozen=True)
class EvaluationRow:
    """One evaluation of the list. ``waiting`` is blank unless all that is left of it waits."""

    evaluation: Evaluation
    summary: Summary
    waiting: str

    @property
    def models(self) -> list[str]:
        """Models as they were asked for."""
        return list(self.evaluation.request.get("models") or [])

    @property
    def tasks(self) -> list[str]:
        """Tasks as they were asked for."""
        return list(self.evaluation.request.get("tasks") or [])


def evaluation_rows(evaluations: Sequence[Evaluation]) -> list[EvaluationRow]:
    """Rows in the order given, in a fixed number of queries."""
    summaries = _summaries(evaluations)
    waiting = [each for each in evaluations if summaries[each.pk].state == "queued"]
    reasons = _reasons(waiting) if waiting else {}
    return [EvaluationRow(each, summaries[each.pk], reasons.get(each.pk, "")) for each in evaluations]


def _summaries(evaluations: Sequence[Evaluation]) -> dict[int, Summary]:
    links = EvaluationCell.objects.filter(evaluation__in=evaluations)
    counts: dict[int, dict[str, int]] = {each.pk: {} for each in evaluations}
    for row in links.values("evaluation_id", "cell__state").annotate(n=Count("cell", distinct=True)):
        counts[row["evaluation_id"]][row["cell__state"]] = row["n"]
    return {pk: Summary(sum(states.values()), **states) for pk, states in counts.items()}


def _reasons(evaluations: Sequence[Evaluation]) -> dict[int, str]:
    """Of each evaluation the reason of its first waiting run, unless a device has another run of it in hand."""
    links = EvaluationCell.objects.filter(evaluation__in=evaluations, cell__run__state__in=UNDER_WAY)
    first: dict[int, int] = {}
    begun: set[int] = set()
    pairs = links.values_list("evaluation_id", "cell__run_id", "cell__run__state").order_by("cell__run_id").distinct()
    for evaluation, run, state in pairs:
        first.setdefault(evaluation, run)
        begun |= {evaluation} if state == "running" else set()
    theirs = Run.objects.select_related("checkpoint").defer("log_tail")
    runs = theirs.in_bulk({run for evaluation, run in first.items() if evaluation not in begun})
    waiting = Waiting(runs.values())
    told = {evaluation: waiting.reason(runs[run]) for evaluation, run in first.items() if run in runs}
    return told | dict.fromkeys(begun, _("its next cell is being prepared"))
