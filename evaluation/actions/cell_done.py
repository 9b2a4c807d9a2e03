"""A cell's end: every metric and its samples, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models.functions import Now

from evaluation.actions.cell_write import own_cells
from evaluation.actions.chance_note import chance_note
from evaluation.actions.lease import Lease, held
from evaluation.actions.prompts_store import prompts_store
from evaluation.core.protocol import Result
from evaluation.models import Benchmark, Cell, CellState, Origin, SampleSet, Score


@dataclass(frozen=True)
class StoredFile:
    """A file that lies in the site's storage. ``key`` names the same prompts for every model."""

    file: str
    sha256: str
    rows: int
    key: str = ""


@dataclass(frozen=True)
class Outcome:
    """All that a runner sent of one cell. ``weights``: the SHA-256 of the checkpoint that it had to load, if known."""

    results: list[Result]
    prompts: StoredFile
    samples: StoredFile
    num_fewshot: int
    seconds: float
    made_with: dict[str, Any] = field(default_factory=dict)
    weights: str = ""


def cell_done(*, lease: Lease, cell: int, outcome: Outcome) -> bool:
    """Store scores and samples and end the cell; ``False`` when it was cancelled or taken over meanwhile.

    A metric that is not a number has no score; its name is kept in ``made_with["undefined"]``.
    """
    with held(lease):
        row = own_cells(lease, cell).select_related("checkpoint__card", "task").first()
        if row is None:
            return False
        undefined = [result.metric for result in outcome.results if result.value is None]
        Score.objects.filter(cell=row).delete()
        Score.objects.bulk_create(_scores(row, outcome.results))
        _store_samples(row, outcome)
        made_with = {**outcome.made_with, "seconds": round(outcome.seconds, 3)}
        chance = made_with.pop("chance", None)
        if row.settings.get("limit") is None:
            chance_note(task=row.task, level=chance)
        if undefined:
            made_with["undefined"] = undefined
        own_cells(lease, cell).update(
            state=CellState.DONE,
            reason="",
            ended_at=Now(),
            documents_done=outcome.prompts.rows,
            documents_total=outcome.prompts.rows,
            weights=outcome.weights,
            task_content=str(made_with.get("task_content") or ""),
            made_with=made_with,
        )
        return True


def _scores(cell: Cell, results: list[Result]) -> list[Score]:
    benchmark = Benchmark.objects.filter(task_name=cell.task.name).order_by("pk").first()
    return [
        Score(
            card=cell.checkpoint.card,
            checkpoint=cell.checkpoint,
            cell=cell,
            benchmark=benchmark,
            task_name=cell.task.name,
            num_fewshot=cell.num_fewshot,
            metric=result.metric,
            filter=result.filter,
            value=result.value,
            stderr=result.stderr,
            n=result.n,
            higher_is_better=result.higher_is_better,
            origin=Origin.MEASURED,
            comparable_key=result.comparable_key,
        )
        for result in results
        if result.value is not None
    ]


def _store_samples(cell: Cell, outcome: Outcome) -> None:
    asked = outcome.prompts
    prompts, _new = prompts_store(
        key=asked.key,
        task=cell.task,
        num_fewshot=cell.num_fewshot,
        file=asked.file,
        sha256=asked.sha256,
        rows=asked.rows,
    )
    SampleSet.objects.update_or_create(
        cell=cell,
        defaults={
            "prompts": prompts,
            "file": outcome.samples.file,
            "sha256": outcome.samples.sha256,
            "rows": outcome.samples.rows,
            "bytes": None,
            "removed_at": None,
        },
    )
