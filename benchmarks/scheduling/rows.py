"""Rows that the measurements need: models, tasks, devices, and queued runs by the thousand."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from evaluation.core.request import EvaluationRequest, settings_key
from evaluation.models import Cell, Device, Evaluation, EvaluationCell, Node, Run, Task
from modelcards.models import Checkpoint, ModelCard

GIB = 2**30
WEIGHTS = "reference/models/sapling-gpt2"
"""Files of a checkpoint, which submitting looks at. Each model of the measurements has them for its own."""


@dataclass(frozen=True)
class Stock:
    """What stands before anything is queued."""

    person: User
    models: list[ModelCard]
    checkpoints: list[Checkpoint]
    tasks: list[Task]
    devices: list[Device]

    def request(self, limit: int) -> EvaluationRequest:
        """One cell; another ``limit`` makes it another one."""
        asked = {"models": [self.models[0].slug], "tasks": [self.tasks[0].name], "limit": limit}
        return EvaluationRequest.from_json(asked)


@transaction.atomic
def stock(models: int, devices: int, tasks: int = 4, kind: str = "cpu") -> Stock:
    """So many models, tasks, and nodes with one device of 8 GiB each that hold the data of all tasks.

    What was there of an earlier measurement takes no new work and is not waited for.
    """
    Run.objects.waiting().delete()
    Device.objects.all().delete()
    number = ModelCard.objects.count()
    cards = [_card(f"bench-{number + place}") for place in range(models)]
    checkpoints = [Checkpoint.objects.create(card=card, path=WEIGHTS, revision="main") for card in cards]
    known = [_task(f"bench_{place}") for place in range(tasks)]
    nodes = [_node(f"bench-{number}-{place}", known) for place in range(devices)]
    made = [Device.objects.create(node=node, name=kind, kind=kind.partition(":")[0], memory=8 * GIB) for node in nodes]
    person, _new = User.objects.get_or_create(username="bench", defaults={"is_superuser": True, "is_staff": True})
    return Stock(person, cards, checkpoints, known, made)


def _card(slug: str) -> ModelCard:
    about = {"architecture_family": "decoder-only", "objective": "causal-lm", "stage": "base", "open_weights": True}
    return ModelCard.objects.create(slug=slug, name=slug.title(), parameters=1_000_000, **about)


def _task(name: str) -> Task:
    about = {"kind": "task", "output_type": "multiple_choice", "documents": 300, "metrics": ["acc"]}
    return Task.objects.get_or_create(name=name, defaults=about)[0]


def _node(name: str, tasks: Iterable[Task]) -> Node:
    node = Node.objects.create(name=name, seen_at=timezone.now())
    node.tasks.add(*tasks)
    return node


def queue(
    made: Stock, runs: int, generation: int = 0, need: int = GIB, people: Iterable[User] = (), evaluations: int = 1
) -> int:
    """Queue so many runs of one cell each, over all models and people; the number of the first."""
    asks = itertools.cycle(list(people) or [made.person])
    with transaction.atomic():
        wanted = [_evaluation(made, next(asks)) for _each in range(evaluations)]
        rows = [_run(made, wanted[n * evaluations // runs], n, need) for n in range(runs)]
        queued = Run.objects.bulk_create(rows)
        cells = Cell.objects.bulk_create([_cell(made, run, n, generation) for n, run in enumerate(queued)])
        EvaluationCell.objects.bulk_create(
            EvaluationCell(evaluation=wanted[n * evaluations // runs], cell=cell, asked_fewshot=cell.num_fewshot)
            for n, cell in enumerate(cells)
        )
    return min(run.pk for run in queued)


def _evaluation(made: Stock, person: User) -> Evaluation:
    request = EvaluationRequest(tuple(card.slug for card in made.models), tuple(task.name for task in made.tasks))
    evaluation = Evaluation.objects.create(requested_by=person, request={**request.to_json(), "refused": []})
    evaluation.cards.set(made.models)
    return evaluation


def _run(made: Stock, evaluation: Evaluation, number: int, need: int) -> Run:
    checkpoint = made.checkpoints[number % len(made.checkpoints)]
    return Run(checkpoint=checkpoint, requested_by_id=evaluation.requested_by_id, memory_need=need)


def _cell(made: Stock, run: Run, number: int, generation: int) -> Cell:
    """Shots tell the cells of one checkpoint and task apart."""
    settings = EvaluationRequest((), ()).settings()
    models, tasks = len(made.checkpoints), len(made.tasks)
    return Cell(
        checkpoint_id=run.checkpoint_id,
        task=made.tasks[number // models % tasks],
        num_fewshot=number // models // tasks,
        settings=settings,
        settings_key=settings_key(settings),
        generation=generation,
        run=run,
        documents_total=300,
    )


def waited(seconds: float) -> None:
    """All queued runs have waited so long already."""
    Run.objects.waiting().update(created_at=Now() - timedelta(seconds=seconds))
