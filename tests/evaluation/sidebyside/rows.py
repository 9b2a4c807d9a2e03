"""Cells with samples of both files, for putting them side by side."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from evaluation.models import Cell, PromptSet, SampleSet, Task
from modelcards.models import ModelCard
from tests.evaluation.outcomes.files import make_outcome, make_prompt, make_samples
from tests.factories import make_cell, make_checkpoint, make_score

Rows = Sequence[Mapping[str, Any]]


def make_side(
    card: ModelCard, task: Task, right: Sequence[float | None] = (), *, key: str = "same", prompts: Rows = (),
    outcomes: Rows = (), **cell: Any,
) -> Cell:  # fmt: skip
    """A done cell with its samples: by default documents 0, 1, … of two choices, right (1) or wrong (0)."""
    prompts = prompts or [make_prompt(number) for number in range(len(right))]
    outcomes = outcomes or [make_outcome(number, acc=one) for number, one in enumerate(right)]
    ref = make_samples(prompts, outcomes, task.name)
    checkpoint = card.checkpoints.first() or make_checkpoint(card)
    made = make_cell(checkpoint, task, "done", **cell)
    asked, _made = PromptSet.objects.get_or_create(
        key=ref.prompts_key,
        defaults={
            "task": task, "num_fewshot": made.num_fewshot, "file": ref.prompts_file, "sha256": ref.prompts_sha256,
            "rows": len(prompts),
        },
    )  # fmt: skip
    SampleSet.objects.create(cell=made, prompts=asked, file=ref.file, sha256=ref.sha256, rows=len(outcomes))
    hashed = hashlib.sha256(f"{task.name} {made.num_fewshot} {key}".encode()).hexdigest()
    for name in sorted({name for row in outcomes for name in row if name.startswith("metric.")}):
        for filter in sorted({row["filter"] for row in outcomes}):
            make_score(made, name.removeprefix("metric."), filter=filter, comparable_key=hashed)
    return made


def wrote(right: Sequence[float | None]) -> list[dict[str, Any]]:
    """Outcomes of a model that writes its answers."""
    blank = {"loglikelihoods": [], "greedy": [], "filtered": None}
    return [
        make_outcome(number, acc=one) | blank | {"generated": [f"an answer, {one}"]} for number, one in enumerate(right)
    ]
