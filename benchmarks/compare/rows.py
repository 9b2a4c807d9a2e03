"""Rows and files of a measured comparison: as eight runs leave them that scored every task on every document."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from benchmarks.compare.exams import EXAMS, Exam, answered, asked, slugs, values
from evaluation.core.request import EvaluationRequest, settings_key
from evaluation.core.samples import PROMPTS, prompts_key, write_outcomes, write_rows
from evaluation.models import Benchmark, Cell, PromptSet, Run, SampleSet, Score, Task
from modelcards.models import Checkpoint, ModelCard

DOCUMENTS = 10_000


@transaction.atomic
def fill(say: Callable[[str], None], documents: int = DOCUMENTS) -> None:
    """Models, tasks, prompts, runs, cells, scores and samples, in an empty site."""
    checkpoints = [_checkpoint(slug, place) for place, slug in enumerate(slugs())]
    for exam in EXAMS:
        task, prompts = _task(exam, documents)
        for model, checkpoint in enumerate(checkpoints):
            _measured(exam, model, checkpoint, task, prompts)
        say(f"  {exam.name}, {documents:,} documents")


def _checkpoint(slug: str, place: int) -> Checkpoint:
    about = {"architecture_family": "decoder-only", "objective": "causal-lm", "stage": "base", "open_weights": True}
    card = ModelCard.objects.create(slug=slug, name=slug.title(), parameters=10**8 * 2**place, **about)
    return Checkpoint.objects.create(card=card, path="reference/models/sapling-gpt2", revision="main")


def _task(exam: Exam, documents: int) -> tuple[Task, PromptSet]:
    about = {"kind": "task", "output_type": exam.output_type, "metrics": list(exam.metrics), "documents": documents}
    task = Task.objects.create(name=exam.name, **about)
    words = {"name": exam.name, "task_name": exam.name, "primary_metric": exam.metrics[0], "chance": exam.chance}
    Benchmark.objects.create(slug=exam.name.replace("_", "-"), **words)
    key = prompts_key(asked(exam, documents))
    kept = _keep(f"prompts/{key}.parquet", lambda path: write_rows(path, PROMPTS, asked(exam, documents)))
    return task, PromptSet.objects.create(key=key, task=task, num_fewshot=0, rows=documents, **kept)


def _measured(exam: Exam, model: int, checkpoint: Checkpoint, task: Task, prompts: PromptSet) -> None:
    now, settings = timezone.now(), EvaluationRequest((), ()).settings()
    ended = {"state": "done", "started_at": now, "ended_at": now}
    run = Run.objects.create(checkpoint=checkpoint, attempt=1, **ended)
    about = {"settings": settings, "settings_key": settings_key(settings), "num_fewshot": 0, "run": run}
    counted = {"documents_done": prompts.rows, "documents_total": prompts.rows}
    cell = Cell.objects.create(checkpoint=checkpoint, task=task, **about, **ended, **counted)
    rows = answered(exam, model, prompts.rows)
    kept = _keep(f"samples/{run.pk}-1/{cell.pk}.parquet", lambda path: write_outcomes(path, exam.metrics, rows))
    SampleSet.objects.create(cell=cell, prompts=prompts, rows=prompts.rows, **kept)
    found = values(exam, model, prompts.rows).items()
    Score.objects.bulk_create(_score(cell, metric, column) for metric, column in found)


def _score(cell: Cell, metric: str, column: Any) -> Score:
    """The mean and its standard error, as lm-eval computes them."""
    return Score(
        card=cell.checkpoint.card,
        checkpoint=cell.checkpoint,
        cell=cell,
        benchmark=Benchmark.objects.get(task_name=cell.task.name),
        task_name=cell.task.name,
        num_fewshot=0,
        metric=metric,
        filter="none",
        value=float(np.mean(column)),
        stderr=float(np.std(column, ddof=1) / np.sqrt(len(column))),
        n=len(column),
        higher_is_better=True,
        origin="measured",
        comparable_key=hashlib.sha256(f"{cell.task.name} {metric}".encode()).hexdigest(),
    )


def _keep(name: str, write: Callable[[Path], tuple[str, int]]) -> dict[str, Any]:
    """Write a file as a runner does and put it where the site keeps them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.parquet"
        sha256, _count = write(path)
        with path.open("rb") as file:
            return {"file": default_storage.save(name, File(file)), "sha256": sha256, "bytes": path.stat().st_size}
