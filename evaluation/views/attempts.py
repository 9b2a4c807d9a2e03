"""The attempts of a run, and what they used of their devices, as its page shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.files.storage import default_storage
from django.db.models.functions import Now

from evaluation.core.series import Point
from evaluation.files import log_file
from evaluation.models import Attempt, Device, Run

WIDTH, HEIGHT = 300, 48
"""Of a curve, in units of its own."""


@dataclass(frozen=True)
class AttemptRow:
    """One attempt. ``how``: the run's state after it, ``running`` while it is under way; ``log``: it is kept."""

    attempt: Attempt
    seconds: float
    how: str
    log: bool


@dataclass(frozen=True)
class Curve:
    """Values over an attempt as points of a line, 0 at the bottom; ``peak`` and ``mean`` are the values' own."""

    line: str
    peak: float
    mean: float
    last: float


@dataclass(frozen=True)
class Use:
    """What the device that led ``attempt`` had in use. ``total``: its memory in bytes; None where it is gone."""

    attempt: Attempt
    device: str
    seconds: int
    total: int | None
    memory: Curve | None
    load: Curve | None


def attempt_rows(run: Run) -> list[AttemptRow]:
    """Newest first. Attempts of before their rows were kept are told by the run alone."""
    rows = list(run.attempts.annotate(now=Now()).order_by("-number"))
    return [_row(row, row.now) for row in rows]  # type: ignore[attr-defined]


def _row(row: Attempt, now: datetime) -> AttemptRow:
    seconds = max(0.0, ((row.ended_at or now) - row.began_at).total_seconds())
    kept = row.ended_at is not None and default_storage.exists(log_file(row.run_id, row.number))
    return AttemptRow(row, seconds, row.outcome or "running", kept)


def device_use(rows: Sequence[AttemptRow]) -> Use | None:
    """That of the newest attempt of which readings are kept."""
    row = next((row for row in rows if row.attempt.use), None)
    if row is None:
        return None
    points: list[Point] = [tuple(point) for point in row.attempt.use]
    leader = row.attempt.devices[0] if row.attempt.devices else ""
    node, _slash, name = leader.rpartition("/")
    total = Device.objects.filter(node__name=node, name=name).values_list("memory", flat=True).first()
    seconds = max(points[-1][0], 1)
    memory = [(second, float(value)) for second, value, _load in points if value is not None]
    load = [(second, float(value)) for second, _memory, value in points if value is not None]
    return Use(
        attempt=row.attempt,
        device=leader,
        seconds=seconds,
        total=total,
        memory=curve(memory, seconds, float(total or 0)),
        load=curve(load, seconds, 1.0),
    )


def curve(values: Sequence[tuple[int, float]], seconds: int, full: float) -> Curve | None:
    """``values`` by second, drawn over ``seconds``; ``full`` (or their peak, if that is more) is the top."""
    if not values:
        return None
    peak = max(value for _second, value in values)
    top = max(full, peak) or 1.0
    drawn = values if len(values) > 1 else [(0, values[0][1]), *values]
    line = " ".join(f"{WIDTH * second / seconds:.1f},{HEIGHT * (1 - value / top):.1f}" for second, value in drawn)
    mean = sum(value for _second, value in values) / len(values)
    return Curve(line, peak, mean, values[-1][1])


@dataclass(frozen=True)
class DeviceNow:
    """A device that has the run now, with what it told last."""

    name: str
    memory: int | None
    total: int
    load: float | None


def devices_now(run: Run) -> list[DeviceNow]:
    """The devices of a run that has several; nothing for others."""
    if run.state != "running" or run.width < 2:
        return []
    rows = Device.objects.filter(run=run).for_page()
    return [DeviceNow(str(row), row.use.get("memory"), row.memory, row.use.get("load")) for row in rows]
