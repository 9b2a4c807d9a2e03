"""How long cells may take, from the speed of past ones."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Avg, ExpressionWrapper, F, FloatField, fields

from evaluation.models import Cell, Device, Task
from modelcards.models import Checkpoint

LEAST_SECONDS = 0.001


class Speeds:
    """Documents a second, as known from past cells of a checkpoint or, failing that, from devices."""

    def __init__(self, checkpoints: Iterable[Checkpoint], devices: Iterable[Device]) -> None:
        self._past = _past_speeds(checkpoints)
        self._devices: dict[str, list[float]] = {}
        for device in devices:
            for output_type, speed in device.speed.items():
                self._devices.setdefault(output_type, []).append(float(speed))

    def seconds(self, checkpoint: Checkpoint, task: Task, documents: int | None) -> float | None:
        """Seconds for ``documents`` documents; ``None`` where nothing is known."""
        speed = self._past.get((checkpoint.pk, task.output_type)) or self._of_devices(task.output_type)
        return documents / speed if speed and documents is not None else None

    def _of_devices(self, output_type: str) -> float | None:
        known = self._devices.get(output_type)
        return sum(known) / len(known) if known else None


def _past_speeds(checkpoints: Iterable[Checkpoint]) -> dict[tuple[int, str], float]:
    """Mean documents and mean seconds of done cells, by checkpoint and output type."""
    took = ExpressionWrapper(F("ended_at") - F("started_at"), output_field=fields.DurationField())
    rows = (
        Cell.objects.filter(checkpoint__in=list(checkpoints), state="done", documents_done__gt=0)
        .filter(started_at__isnull=False, ended_at__isnull=False)
        .values("checkpoint_id", "task__output_type")
        .annotate(documents=Avg(F("documents_done"), output_field=FloatField()), took=Avg(took))
    )
    return {
        (row["checkpoint_id"], row["task__output_type"]): row["documents"]
        / max(row["took"].total_seconds(), LEAST_SECONDS)
        for row in rows
    }
