"""Measured scores with their samples, for comparisons."""

from __future__ import annotations

import hashlib
import io
import math
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from evaluation.core.samples import outcome_schema, write_rows
from evaluation.models import Cell, PromptSet, SampleSet, Score
from tests.factories import make_cell, make_checkpoint, make_score


def make_measured(
    card: Any,
    task: Any,
    right: Sequence[float],
    *,
    shots: int = 0,
    key: str = "same",
    samples: bool = True,
    first: int = 0,
    **cell: Any,
) -> Score:
    """A measured accuracy from right (1) and wrong (0) answers, with a sample set unless ``samples`` is false.

    ``first``: the number of its first document.
    """
    checkpoint = card.checkpoints.first() or make_checkpoint(card)
    made = make_cell(checkpoint, task, "done", num_fewshot=shots, **{"made_with": {"scoring": "loglikelihood"}, **cell})
    value, n = sum(right) / len(right), len(right)
    stderr = math.sqrt(value * (1 - value) / (n - 1)) if n > 1 else None
    if samples:
        store_samples(made, right, first)
    hashed = hashlib.sha256(f"{task.name} {shots} {key}".encode()).hexdigest()
    return make_score(made, "acc", value, stderr=stderr, n=n, comparable_key=hashed)


def store_samples(cell: Cell, right: Sequence[float], first: int = 0) -> None:
    """The outcomes file of a cell, whose documents are counted from ``first``."""
    rows = [
        {
            "doc_id": number, "doc_hash": f"h{number}", "filter": "none", "loglikelihoods": [], "greedy": [],
            "generated": [], "filtered": "", "others": "", "metric.acc": one,
        }
        for number, one in enumerate(right, first)
    ]  # fmt: skip
    with TemporaryDirectory() as folder:
        file = Path(folder) / "outcomes.parquet"
        sha256, count = write_rows(file, outcome_schema(["acc"]), rows)
        name = default_storage.save("outcomes.parquet", ContentFile(io.BytesIO(file.read_bytes()).getvalue()))
    prompts, _ = PromptSet.objects.get_or_create(
        key=f"{cell.task_id}-{cell.num_fewshot}",
        defaults={"task": cell.task, "num_fewshot": cell.num_fewshot, "file": "p", "sha256": "", "rows": count},
    )
    SampleSet.objects.create(cell=cell, prompts=prompts, file=name, sha256=sha256, rows=count)
