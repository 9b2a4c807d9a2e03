"""Boards for tests: models with scores and answers, and what stands on the board of an address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict

from evaluation.leaderboard.choice import read_choice
from evaluation.leaderboard.reading import Reading, read_board
from evaluation.models import PromptSet, SampleSet, Task
from modelcards.models import Checkpoint
from modelcards.querysets import Reader
from tests.evaluation.outcomes.files import make_answers
from tests.factories import make_card, make_cell, make_checkpoint, make_score, make_task

VISITOR = AnonymousUser()
OF_CARD = ("parameters", "architecture_family", "visibility", "stage")


def asked(query: str = "", user: Reader = VISITOR) -> Reading:
    """The board of an address."""
    return read_board(user, read_choice(QueryDict(query)))


def places(query: str = "") -> list[tuple[str, int | None]]:
    """Models in order with their places, those apart behind."""
    return [(line.card.slug, line.place) for line in asked(query).everything]


def make_model(name: str, values: Mapping[str, float], *, shots: int = 0, **fields: Any) -> Checkpoint:
    """A card of this name with a measured accuracy in each task; ``fields`` are the card's or the scores'."""
    of_card = {key: fields.pop(key) for key in OF_CARD if key in fields}
    checkpoint = make_checkpoint(make_card(name, **of_card))
    for task, value in values.items():
        make_score(make_cell(checkpoint, task_of(task), "done", num_fewshot=shots), value=value, **fields)
    return checkpoint


def make_answering(name: str, answers: Mapping[str, Sequence[float]]) -> Checkpoint:
    """A card whose scores are the means of what it answered, with samples: 1 right, 0 wrong, for each document."""
    checkpoint = make_checkpoint(make_card(name))
    for task, right in answers.items():
        cell = make_cell(checkpoint, task_of(task), "done")
        n, mean = len(right), sum(right) / len(right)
        make_score(cell, value=mean, n=n, stderr=(mean * (1 - mean) / (n - 1)) ** 0.5)
        ref = make_answers(list(right), task)
        told = {"task": cell.task, "num_fewshot": 0, "rows": n}
        files = {"file": ref.prompts_file, "sha256": ref.prompts_sha256}
        prompts, _new = PromptSet.objects.get_or_create(key=ref.prompts_key, defaults={**told, **files})
        SampleSet.objects.create(cell=cell, prompts=prompts, file=ref.file, sha256=ref.sha256, rows=n)
    return checkpoint


def task_of(name: str) -> Task:
    """The task of this name, made once."""
    return Task.objects.filter(name=name).first() or make_task(name)
