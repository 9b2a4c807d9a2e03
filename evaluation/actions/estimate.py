"""How long cells may take, from the speed of past ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from django.db.models import ExpressionWrapper, F, Sum, fields
from django.db.models.functions import Coalesce

from evaluation.core.pace import Pace, scaled_speed, together
from evaluation.core.placement import PROCESSOR
from evaluation.models import Cell, Device, Task
from evaluation.querysets import CellQuerySet
from modelcards.models import Checkpoint

RECENT = 2000
"""So many past cells of other models are looked at."""
SERVED = "served"
"""Format of the checkpoint of a server: how fast that is lies with the server, not with the size of the model."""
TOOK = ExpressionWrapper(F("ended_at") - F("started_at"), output_field=fields.DurationField())
Key = tuple[str, int | str]
Paces = dict[Key, dict[int, Pace]]
"""By a task (``("task", its key)``) or an output type (``("type", its name)``), there by checkpoint or parameters."""


class Speeds:
    """Documents a second on devices of the kind that would take the cells.

    Known from past cells of the checkpoint, those of the same task before others of its output type; else from those
    of other models, scaled by parameters; else from what the devices did on the whole. Cells of before that name no
    device count for every kind. ``checkpoints`` have their cards loaded.
    """

    def __init__(self, checkpoints: Iterable[Checkpoint], devices: Iterable[Device]) -> None:
        self._checkpoints = {checkpoint.pk for checkpoint in checkpoints}
        self._devices = list(devices)
        kinds = {device.kind for device in self._devices}
        self._kinds = kinds - {PROCESSOR} or kinds
        self._own = self._read(_past().filter(checkpoint__in=self._checkpoints), "checkpoint_id")

    def seconds(self, checkpoint: Checkpoint, task: Task, documents: int | None) -> float | None:
        """Seconds for ``documents`` documents; ``None`` where nothing is known."""
        if documents is None:
            return None
        speed = self._own_speed(checkpoint, task) or self._scaled(checkpoint, task) or self._of_devices(task)
        return documents / speed if speed else None

    def measured(self, checkpoint: Checkpoint, task: Task) -> bool:
        """Whether the checkpoint itself has answered such a task before."""
        return self._own_speed(checkpoint, task) is not None

    def _own_speed(self, checkpoint: Checkpoint, task: Task) -> float | None:
        found = (self._own.get(key, {}).get(checkpoint.pk) for key in _keys(task))
        return next((pace.speed for pace in found if pace), None)

    def _scaled(self, checkpoint: Checkpoint, task: Task) -> float | None:
        parameters = checkpoint.card.active_parameters or checkpoint.card.parameters
        if not parameters or checkpoint.format == SERVED:
            return None
        found = (scaled_speed(parameters, self._others.get(key, {})) for key in _keys(task))
        return next((speed for speed in found if speed), None)

    def _of_devices(self, task: Task) -> float | None:
        """The mean of the devices, where the size of the model is not known or nothing else is."""
        speeds = (device.speed.get(task.output_type) for device in self._devices if device.kind in self._kinds)
        known = [float(speed) for speed in speeds if speed]
        return sum(known) / len(known) if known else None

    @cached_property
    def _others(self) -> Paces:
        """Paces of the newest cells of all models whose size is known."""
        recent = _past().exclude(checkpoint__format=SERVED).order_by("-pk").values("pk")[:RECENT]
        cells = Cell.objects.filter(pk__in=recent)
        size = Coalesce("checkpoint__card__active_parameters", "checkpoint__card__parameters")
        return self._read(cells.annotate(size=size).filter(size__gt=0), "size")

    def _read(self, cells: CellQuerySet, by: str) -> Paces:
        rows = cells.values(by, "task_id", "task__output_type", "run__owner").annotate(
            documents=Sum("documents_done"), took=Sum(TOOK)
        )
        found: dict[Key, dict[int, list[Pace]]] = {}
        for row in rows.order_by():
            if self._counts(row):
                pace = Pace(row["documents"], row["took"].total_seconds())
                for key in (("task", row["task_id"]), ("type", row["task__output_type"])):
                    found.setdefault(key, {}).setdefault(row[by], []).append(pace)
        return {key: {one: together(paces) for one, paces in of_key.items()} for key, of_key in found.items()}

    def _counts(self, row: Mapping[str, Any]) -> bool:
        owner = row["run__owner"]
        return not owner or not self._kinds or _kind(owner) in self._kinds


def _keys(task: Task) -> tuple[Key, Key]:
    """What tells the speed on a task best, and next best."""
    return ("task", task.pk), ("type", task.output_type)


def _kind(owner: str) -> str:
    """The kind of the device in ``node/device``: that of ``cuda:0`` is ``cuda``."""
    return owner.rpartition("/")[2].partition(":")[0]


def _past() -> CellQuerySet:
    """Done cells that tell a speed."""
    cells = Cell.objects.filter(state="done", documents_done__gt=0, imported__isnull=True)
    return cells.filter(started_at__isnull=False, ended_at__isnull=False)
