"""Take a run: pick the best that a device may have, then one conditional UPDATE whose row count decides."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db import models
from django.db.models import Case, Count, F, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce, Now

from evaluation.actions.lease import Lease, lease_end
from evaluation.models import Cell, Device, Run, RunState
from evaluation.querysets import RunQuerySet

CANDIDATES = 200
RECENT = timedelta(hours=1)


def run_claim(*, device: Device, loaded: int | None = None) -> Lease | None:
    """Claim a queued run for ``device``; ``None`` when there is none that it may take.

    ``loaded`` is the checkpoint that the device's runner holds. Order: priority, the person with the fewest runs under
    way and then lately, the loaded checkpoint, age.
    """
    owner = str(device)
    for run in _allowed(device, _ordered(_fitting(device), loaded)):
        claimed = Run.objects.filter(pk=run.pk, state=RunState.QUEUED, attempt=run.attempt).update(
            state=RunState.RUNNING,
            attempt=F("attempt") + 1,
            owner=owner,
            lease_until=lease_end(),
            heartbeat_at=Now(),
            started_at=Coalesce(F("started_at"), Now()),
        )
        if claimed:
            return Lease(run.pk, run.attempt + 1, owner)
    return None


def run_waits_for(device: Device) -> bool:
    """Whether a claim for ``device`` would find a run."""
    return any(True for _run in _allowed(device, _fitting(device)))


def _fitting(device: Device) -> RunQuerySet:
    return Run.objects.filter(state=RunState.QUEUED, memory_need__lte=device.memory)


def _ordered(runs: RunQuerySet, loaded: int | None) -> RunQuerySet:
    return runs.annotate(
        running=_runs_of_the_same_person(state=RunState.RUNNING),
        lately=_runs_of_the_same_person(started_at__gte=Now() - RECENT),
        warm=Case(When(checkpoint=loaded, then=0), default=1) if loaded else Value(1),
    ).order_by("-priority", "running", "lately", "warm", "created_at", "pk")


def _runs_of_the_same_person(**condition: object) -> Coalesce:
    person = Run.objects.filter(requested_by=OuterRef("requested_by"), **condition)
    count = person.order_by().values("requested_by").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(count, output_field=models.IntegerField()), 0)


def _allowed(device: Device, runs: RunQuerySet) -> Iterator[Run]:
    """Those of which the device's node holds the data of every task that is still to do."""
    if not Device.objects.filter(pk=device.pk, draining=False).exists():
        return
    here = set(device.node.tasks.values_list("pk", flat=True))
    top = list(runs[:CANDIDATES])
    needed: dict[int, set[int]] = {}
    for run, task in Cell.objects.under_way().filter(run__in=top).values_list("run_id", "task_id"):
        needed.setdefault(run, set()).add(task)
    yield from (run for run in top if needed.get(run.pk, set()) <= here)
