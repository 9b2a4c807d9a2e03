"""Stored samples and logs of chosen ages and sizes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from evaluation.files import log_file, prompts_file, samples_file
from evaluation.models import Cell, PromptSet, Run, SampleSet
from tests.factories import make_cell, make_checkpoint, make_run, make_score, make_task

MIB = 2**20


def put(name: str, size: float = 1) -> str:
    """A stored file of so many MiB."""
    saved: str = default_storage.save(name, ContentFile(b"x" * int(size * MIB)))
    return saved


@pytest.fixture
def sampled(db) -> Callable[..., Cell]:
    """A done cell that ended so many days ago, with a score and stored samples."""

    def make(days: float = 0, size: float = 1, key: str = "", checkpoint=None) -> Cell:
        ended = timezone.now() - timedelta(days=days)
        run = make_run(checkpoint or make_checkpoint(), "done", ended_at=ended)
        cell = make_cell(run.checkpoint, make_task(), "done", run=run, ended_at=ended)
        make_score(cell)
        key = key or f"key{cell.pk}"
        prompts, new = PromptSet.objects.get_or_create(
            key=key, defaults={"task": cell.task, "num_fewshot": 0, "file": prompts_file(key), "sha256": "a", "rows": 1}
        )
        if new:
            put(prompts.file)
        file = put(samples_file(run.pk, 1, cell.pk), size)
        SampleSet.objects.create(cell=cell, prompts=prompts, file=file, sha256="b", rows=1)
        return cell

    return make


@pytest.fixture
def logged(db) -> Callable[..., Run]:
    """A run that ended so many days ago, with stored logs of its attempts and a tail in its row."""

    def make(days: float = 0, size: float = 1, attempts: int = 1, state: str = "done") -> Run:
        ended = timezone.now() - timedelta(days=days)
        fields: dict[str, Any] = {"ended_at": ended} if state in ("done", "failed", "cancelled") else {}
        run = make_run(state=state, log_tail="the last line", **fields)
        for attempt in range(1, attempts + 1):
            put(log_file(run.pk, attempt), size)
        return run

    return make
