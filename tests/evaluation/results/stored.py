"""A measured cell with its samples in the storage, as a run leaves it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from evaluation.core.samples import PROMPTS, outcome_schema, prompts_key, write_rows
from evaluation.models import Cell, PromptSet, SampleSet
from tests.factories import make_card, make_cell, make_checkpoint, make_run, make_score, make_task

CONFIG = {
    "task": "red",
    "dataset_path": "org/colours",
    "test_split": "test",
    "output_type": "multiple_choice",
    "num_fewshot": 0,
    "metric_list": [{"metric": "acc", "aggregation": "mean", "higher_is_better": True}],
    "metadata": {"version": 2.0},
}
MADE_WITH = {
    "task_config": CONFIG,
    "task_version": "2.0",
    "versions": {"lm_eval": "0.4.13", "transformers": "5.0.0", "torch": "2.13.0", "arboretum": "0.2.0"},
    "device": "cpu",
    "dtype": "float32",
    "batch_size": 16,
    "parameters": 1_000_000,
    "scoring": "loglikelihood",
    "limit": None,
    "chat_template": False,
    "seeds": {"python": 0, "numpy": 1234, "torch": 1234, "fewshot": 1234},
}


def doc_hash(task: str, doc_id: int) -> str:
    """A document's hash, of each task another one."""
    return hashlib.sha256(f"{task} {doc_id}".encode()).hexdigest()


def prompt(task: str, doc_id: int) -> dict[str, Any]:
    """What was asked of a document."""
    return {
        "doc_id": doc_id,
        "doc_hash": doc_hash(task, doc_id),
        "document": f'{{"question": "Which one is red? {doc_id}"}}',
        "target": str(doc_id % 2),
        "prompt": f"Q{doc_id}:",
        "contexts": [],
        "continuations": [" rose", " sky"],
        "options": "",
    }


def outcome(task: str, doc_id: int) -> dict[str, Any]:
    """What was answered."""
    return {
        "doc_id": doc_id,
        "doc_hash": doc_hash(task, doc_id),
        "filter": "none",
        "loglikelihoods": [-1.5 - doc_id / 3, -2.25],
        "greedy": [True, False],
        "generated": [],
        "filtered": f"[[{-1.5 - doc_id / 3!r}, true], [-2.25, false]]",
        "others": "{}",
        "metric.acc": float(doc_id % 2),
    }


def make_measured(name: str = "red", documents: int = 4, **fields: Any) -> Cell:
    """A done cell of a run with its score and its samples."""
    checkpoint = fields.pop("checkpoint", None) or make_checkpoint(make_card(hf_repo="org/tiny-1b"))
    task = make_task(name, documents=documents)
    now = timezone.now()
    cell = make_cell(
        checkpoint,
        task,
        "done",
        run=make_run(checkpoint, "done"),
        made_with={**MADE_WITH, "task_config": {**CONFIG, "task": name}},
        documents_done=documents,
        documents_total=documents,
        started_at=now,
        ended_at=now,
        weights="a" * 64,
        **fields,
    )
    make_score(cell, value=0.5, stderr=0.28867513459481287, n=documents)
    asked = [prompt(name, number) for number in range(documents)]
    key = prompts_key(asked)
    prompts = PromptSet.objects.create(
        key=key, task=task, num_fewshot=0, rows=documents, **_keep(f"prompts/{key}.parquet", PROMPTS, asked)
    )
    answered = [outcome(name, number) for number in range(documents)]
    kept = _keep(f"samples/{cell.pk}.parquet", outcome_schema(["acc"]), answered)
    SampleSet.objects.create(cell=cell, prompts=prompts, rows=documents, **kept)
    return cell


def _keep(name: str, schema: Any, rows: list[dict[str, Any]]) -> dict[str, str]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rows.parquet"
        sha256, _count = write_rows(path, schema, rows)
        return {"file": default_storage.save(name, ContentFile(path.read_bytes())), "sha256": sha256}
