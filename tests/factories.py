"""Rows for tests: plain functions, sensible defaults, anything overridable. Append only."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, User
from django.utils import timezone
from django.utils.text import slugify

from evaluation.core.request import settings_key
from evaluation.models import (
    Benchmark,
    Cell,
    Delivery,
    Device,
    Endpoint,
    Evaluation,
    EvaluationCell,
    ImportedCell,
    Node,
    ResultFile,
    Run,
    Score,
    StatedModel,
    Task,
    Webhook,
)
from evaluation.notices.secrets import new_salt
from hub.roles import EVALUATORS
from modelcards.models import Checkpoint, Fact, Lineage, ModelCard, Organisation

_serial = itertools.count(1)


def make_user(name: str = "", roles: Sequence[str] = (EVALUATORS,), **fields: Any) -> User:
    """A person with the password ``password``, who may queue evaluations; with ``roles=()`` a mere reader."""
    user: User = get_user_model().objects.create_user(name or f"person{next(_serial)}", password="password", **fields)
    user.groups.add(*Group.objects.filter(name__in=roles))
    return user


def make_card(name: str = "", **fields: Any) -> ModelCard:
    """A public decoder-only base model with open weights."""
    number = next(_serial)
    name = name or f"Model {number}"
    values = {
        "slug": name.lower().replace(" ", "-"),
        "architecture_family": "decoder-only",
        "objective": "causal-lm",
        "stage": "base",
        "open_weights": True,
        "parameters": 1_000_000,
    }
    return ModelCard.objects.create(name=name, **{**values, **fields})


def make_checkpoint(card: ModelCard | None = None, **fields: Any) -> Checkpoint:
    """A checkpoint by path."""
    card = card or make_card()
    values = {"path": f"reference/models/{card.slug}", "revision": "main"}
    return Checkpoint.objects.create(card=card, **{**values, **fields})


def make_task(name: str = "", **fields: Any) -> Task:
    """A multiple-choice task of 300 documents whose data is there."""
    values = {
        "kind": "task",
        "output_type": "multiple_choice",
        "documents": 300,
        "metrics": ["acc"],
        "shipped": True,
        "description": "Which word agrees with its subject.",
    }
    return Task.objects.create(name=name or f"task_{next(_serial)}", **{**values, **fields})


def make_run(checkpoint: Checkpoint | None = None, state: str = "queued", **fields: Any) -> Run:
    """A run; a running one gets its owner, attempt and lease."""
    values: dict[str, Any] = {"checkpoint": checkpoint or make_checkpoint(), "state": state}
    now = timezone.now()
    if state == "running":
        lease = now + timedelta(seconds=90)
        values |= {"attempt": 1, "owner": "node-1/cpu", "lease_until": lease, "started_at": now, "heartbeat_at": now}
    if state in ("done", "failed", "cancelled"):
        values |= {"attempt": 1, "started_at": now, "ended_at": now}
    return Run.objects.create(**{**values, **fields})


def make_cell(
    checkpoint: Checkpoint | None = None, task: Task | None = None, state: str = "queued", **fields: Any
) -> Cell:
    """A cell of the default settings."""
    settings = {
        "limit": None,
        "seed": 1234,
        "dtype": "float32",
        "chat_template": False,
        "system_instruction": None,
        "generation_kwargs": {},
        **fields.pop("settings", {}),
    }
    values = {
        "checkpoint": checkpoint or make_checkpoint(),
        "task": task or make_task(),
        "num_fewshot": 0,
        "state": state,
        "settings": settings,
        "settings_key": settings_key(settings),
    }
    return Cell.objects.create(**{**values, **fields})


def make_evaluation(
    cells: list[Cell] | tuple[Cell, ...] = (), requested_by: User | None = None, **fields: Any
) -> Evaluation:
    """An evaluation that wants these cells at the shots that they use."""
    values: dict[str, Any] = {
        "requested_by": requested_by,
        "request": {
            "models": sorted({cell.checkpoint.card.slug for cell in cells}),
            "tasks": sorted({cell.task.name for cell in cells}),
            "num_fewshot": sorted({cell.num_fewshot for cell in cells}),
            "limit": None,
            "seed": 1234,
            "dtype": "float32",
            "chat_template": False,
            "batch_size": "16",
        },
    }
    evaluation = Evaluation.objects.create(**{**values, **fields})
    EvaluationCell.objects.bulk_create(
        EvaluationCell(evaluation=evaluation, cell=cell, asked_fewshot=cell.num_fewshot) for cell in cells
    )
    return evaluation


def make_score(cell: Cell, metric: str = "acc", value: float = 0.75, **fields: Any) -> Score:
    """A measured score of a cell."""
    values = {
        "card": cell.checkpoint.card,
        "checkpoint": cell.checkpoint,
        "task_name": cell.task.name,
        "num_fewshot": cell.num_fewshot,
        "filter": "none",
        "stderr": 0.02,
        "n": 300,
        "higher_is_better": True,
        "origin": "measured",
        "comparable_key": hashlib.sha256(f"{cell.task.name} {cell.num_fewshot} {metric}".encode()).hexdigest(),
    }
    return Score.objects.create(cell=cell, metric=metric, value=value, **{**values, **fields})


def make_device(node: Node | None = None, name: str = "cpu", **fields: Any) -> Device:
    """A processor of 8 GiB, seen now; its node holds the data of ``tasks``."""
    now = timezone.now()
    node = node or Node.objects.create(name=f"node-{next(_serial)}", seen_at=now)
    node.tasks.add(*fields.pop("tasks", ()))
    values = {"kind": "cuda" if name.startswith("cuda") else "cpu", "memory": 8 * 2**30, "seen_at": now}
    return Device.objects.create(node=node, name=name, **{**values, **fields})


def make_organisation(name: str = "", cards: list[ModelCard] | tuple[ModelCard, ...] = ()) -> Organisation:
    """A maker of these cards."""
    name = name or f"Organisation {next(_serial)}"
    organisation = Organisation.objects.create(name=name, slug=slugify(name, allow_unicode=True))
    organisation.cards.set(cards)
    return organisation


def make_fact(card: ModelCard, field: str, value: str, **fields: Any) -> Fact:
    """A chosen fact from a paper, checked."""
    values = {"source": "arXiv:2302.13971", "confidence": "checked", "chosen": True}
    return Fact.objects.create(card=card, field=field, value=value, **{**values, **fields})


def make_lineage(child: ModelCard, parent: ModelCard, relation: str = "finetune") -> Lineage:
    """That one model was made from another."""
    return Lineage.objects.create(child=child, parent=parent, relation=relation)


def make_benchmark(slug: str = "", **fields: Any) -> Benchmark:
    """A benchmark of four choices that the harness knows under the same name."""
    slug = slug or f"benchmark_{next(_serial)}"
    values = {"name": slug, "task_name": slug, "primary_metric": "acc", "chance": 0.25}
    return Benchmark.objects.create(slug=slug, **{**values, **fields})


def make_published(card: ModelCard, benchmark: Benchmark, value: float = 0.5, **fields: Any) -> Score:
    """A value that a paper prints, at zero shots."""
    values = {
        "num_fewshot": 0,
        "metric": "acc",
        "origin": "published",
        "source": "arXiv:2302.13971 Table 3",
        "confidence": "checked",
        "task_name": benchmark.task_name,
    }
    return Score.objects.create(card=card, benchmark=benchmark, value=value, **{**values, **fields})


def make_endpoint(card: ModelCard | None = None, name: str = "oven", **fields: Any) -> Endpoint:
    """A server that can do everything, with its checkpoint; ``echo=False`` and the like take an ability away."""
    names = ("completions", "echo", "token_prompts", "chat", "tokenizer")
    able = {one: fields.pop(one, True) for one in names}
    checkpoint = Checkpoint.objects.create(card=card or make_card(), revision=name, format="served")
    values = {
        "address": "http://gpu-3:8000/v1",
        "model": "sapling",
        "abilities": {"model": "sapling", "max_length": 2048, "software": "tests", "notes": [], **able},
        "probed_at": timezone.now(),
    }
    return Endpoint.objects.create(checkpoint=checkpoint, **{**values, **fields})


def make_webhook(person: User, **fields: Any) -> Webhook:
    """A webhook of a person to a public address."""
    values = {"name": "CI", "address": "https://ci.example.org/hook", "salt": new_salt()}
    return Webhook.objects.create(person=person, **{**values, **fields})


def make_delivery(person: User, webhook: Webhook | None = None, **fields: Any) -> Delivery:
    """A test message that is due; ``webhook`` None: by e-mail."""
    now = timezone.now()
    body = {"type": "test", "timestamp": now.isoformat(), "data": {"webhook": "CI", "url": "http://here/"}}
    ends = {"due_at": now - timedelta(seconds=1)} if fields.get("state", "waiting") == "waiting" else {"ended_at": now}
    return Delivery.objects.create(person=person, webhook=webhook, **{"body": body, **ends, **fields})


def make_imported(checkpoint: Checkpoint, task: Task, value: float = 0.5, **fields: Any) -> Score:
    """A score that a file of results states, with its cell."""
    cell = make_cell(checkpoint, task, "done", settings={"imported": {"model": checkpoint.card.slug}})
    stated, _new = StatedModel.objects.get_or_create(name=checkpoint.card.slug, card=checkpoint.card, how="address")
    told = {"name": "results.json", "harness": "0.4", "stated": stated, "checkpoint": checkpoint}
    file, _new = ResultFile.objects.get_or_create(
        sha256=hashlib.sha256(stated.name.encode()).hexdigest(), defaults=told
    )
    ImportedCell.objects.create(cell=cell, stated=stated, file=file)
    return make_score(cell, value=value, **{"origin": "imported", "source": "results.json", **fields})
