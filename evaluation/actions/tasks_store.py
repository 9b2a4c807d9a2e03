"""What the harness knows becomes rows: thousands of tasks in a few statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from evaluation.models import Node, Task

CHUNK = 500
FIELDS = (
    "kind",
    "members",
    "shipped",
    "directory",
    "description",
    "output_type",
    "dataset",
    "fixed_fewshot",
    "metrics",
    "runs_code",
    "python_code",
    "documents",
    "version",
    "aggregates",
    "altered",
    "content",
    "passage_field",
)
LENGTHS = {"name": 200, "directory": 500, "output_type": 40, "dataset": 300, "version": 40, "passage_field": 100}
REASON_LENGTH = 300


@dataclass(frozen=True)
class Stored:
    """How many rows were written, and how many of them have their data on the node."""

    tasks: int
    ready: int


def tasks_store(*, rows: Iterable[Mapping[str, Any]], node: Node | None = None, complete: bool = False) -> Stored:
    """Write tasks as the runner lists them, in short chunks, and which of them ``node`` holds the data of.

    A task stays "on no node" only while no other node holds its data. Rows that are listed no more stay, since cells
    refer to them; they keep their old ``seen_at``. ``complete``: these are all tasks, not the shipped ones alone.
    """
    listed = {row["name"]: row for row in rows if len(row["name"]) <= LENGTHS["name"]}
    names = list(listed)
    for start in range(0, len(names), CHUNK):
        _write([listed[name] for name in names[start : start + CHUNK]])
    if node is not None:
        _place(node, listed)
        if complete:
            Node.objects.filter(pk=node.pk).update(tasks_at=Now())
    return Stored(len(listed), sum(bool(row["data_ready"]) for row in listed.values()))


def _write(rows: list[Mapping[str, Any]]) -> None:
    now = timezone.now()
    made = [
        Task(name=row["name"], seen_at=now, **{name: _value(name, row[name]) for name in FIELDS if name in row})
        for row in rows
    ]
    for task, row in zip(made, rows, strict=True):
        task.data_reason = _reason(row)
    with transaction.atomic():
        Task.objects.bulk_create(
            made, update_conflicts=True, unique_fields=["name"], update_fields=[*FIELDS, "seen_at"]
        )


def _value(name: str, value: Any) -> Any:
    return value[: LENGTHS[name]] if name in LENGTHS else value


def _reason(row: Mapping[str, Any]) -> str:
    return "" if row["data_ready"] else (row["data_reason"] or "The data is not on this machine.")[:REASON_LENGTH]


def _place(node: Node, listed: Mapping[str, Mapping[str, Any]]) -> None:
    """The node's tasks are now those whose data it reports; every listed task says why no node has it, or nothing."""
    held = Task.nodes.through.objects
    rows = list(Task.objects.only("pk", "name", "data_reason"))
    ready = {task.pk for task in rows if task.name in listed and listed[task.name]["data_ready"]}
    known = {task.pk for task in rows if task.name in listed}
    before = set(held.filter(node=node).values_list("task_id", flat=True))
    link = Task.nodes.through
    with transaction.atomic():
        _each_chunk(sorted((before & known) - ready), lambda pks: held.filter(node=node, task__in=pks).delete())
        link.objects.bulk_create(
            [link(node=node, task_id=pk) for pk in sorted(ready - before)], ignore_conflicts=True, batch_size=CHUNK
        )
        elsewhere = set(held.exclude(node=node).values_list("task_id", flat=True))
        changed = []
        for task in rows:
            if task.pk in known:
                reason = "" if task.pk in ready | elsewhere else _reason(listed[task.name])
                if task.data_reason != reason:
                    task.data_reason = reason
                    changed.append(task)
        Task.objects.bulk_update(changed, ["data_reason"], batch_size=CHUNK)


def _each_chunk(pks: list[int], do: Any) -> None:
    for start in range(0, len(pks), CHUNK):
        do(pks[start : start + CHUNK])
