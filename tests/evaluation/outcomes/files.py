"""Sample files in the storage, for reading them by column."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from evaluation.core.samples import PROMPTS, outcome_schema, prompts_key, write_rows
from evaluation.outcomes import SampleRef


def make_prompt(number: int, name: str = "", target: str = "0", **document: Any) -> dict[str, Any]:
    """One document of two choices."""
    name = name or f"d{number}"
    written = json.dumps({"question": name, **document}, ensure_ascii=False)
    return {
        "doc_id": number, "doc_hash": name, "document": written, "target": target,
        "prompt": f"Q: {name}\nA:", "contexts": [], "continuations": [" yes", " no"], "options": "",
    }  # fmt: skip


def make_outcome(number: int, name: str = "", filter: str = "none", **metrics: float | None) -> dict[str, Any]:
    """What a model answered: right (acc 1) makes the first choice more likely."""
    likely = [-1.0, -2.0] if metrics.get("acc") else [-2.0, -1.0]
    row: dict[str, Any] = {
        "doc_id": number, "doc_hash": name or f"d{number}", "filter": filter, "loglikelihoods": likely,
        "greedy": [False, False], "generated": [], "filtered": "", "others": "{}",
    }  # fmt: skip
    return row | {f"metric.{metric}": value for metric, value in metrics.items()}


def make_samples(
    prompts: Sequence[Mapping[str, Any]], outcomes: Sequence[Mapping[str, Any]], task: str = "t", passage: str = ""
) -> SampleRef:
    """Both files as a worker would store them."""
    metrics = sorted({name.removeprefix("metric.") for row in outcomes for name in row if name.startswith("metric.")})
    key = prompts_key([dict(row) for row in prompts])
    asked, asked_sha256 = _store("prompts", PROMPTS, prompts)
    answered, sha256 = _store("samples", outcome_schema(metrics), outcomes)
    return SampleRef(answered, sha256, asked, asked_sha256, key, task, passage)


def make_answers(right: Sequence[float | None], task: str = "t", passage: str = "", **fields: Any) -> SampleRef:
    """A model's accuracy on documents 0, 1, …"""
    prompts = [make_prompt(number, **fields) for number in range(len(right))]
    return make_samples(prompts, [make_outcome(number, acc=one) for number, one in enumerate(right)], task, passage)


def _store(folder: str, schema: Any, rows: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    with TemporaryDirectory() as place:
        file = Path(place) / "file.parquet"
        sha256, _count = write_rows(file, schema, [dict(row) for row in rows])
        return default_storage.save(f"{folder}/file.parquet", ContentFile(file.read_bytes())), sha256
