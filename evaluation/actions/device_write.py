"""What a worker says of its device."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Case, F, When
from django.db.models.functions import Now

from evaluation.models import Device, Node, Run, RunState

WEIGHT_OF_NEWEST = 0.5


def device_begins(*, device: Device) -> int:
    """The worker of ``device`` starts: what another one left under way there is over; returns how many runs that were.

    Its lease is ended, so that the next sweep gives the run back; a device has one worker at a time.
    """
    left = Run.objects.filter(state=RunState.RUNNING, owner=str(device)).update(lease_until=Now())
    Device.objects.filter(pk=device.pk).update(loaded="", holds=None)
    return left


def device_seen(*, device: Device, loaded: str, use: Mapping[str, Any] | None = None) -> bool:
    """The worker of ``device`` lives and its runner holds ``loaded``; ``False`` when the device is gone.

    ``use``: ``memory`` in bytes and ``load`` in 0..1 as they are now; None leaves what was told before.
    """
    Node.objects.filter(pk=device.node_id).update(seen_at=Now())
    further: dict[str, Any] = {}
    if not loaded:  # a run that the device has now is loading what it needs
        further["holds"] = Case(When(run__isnull=False, then=F("holds")), default=None)
    if use is not None:
        further["use"] = dict(use)
    return bool(Device.objects.filter(pk=device.pk).update(seen_at=Now(), loaded=loaded, **further))


def device_speed(*, device: Device, output_type: str, documents: int, seconds: float) -> None:
    """Remember documents a second of an output type: the mean of what was known and the newest."""
    if not documents or seconds <= 0:
        return
    newest = documents / seconds
    speed = dict(Device.objects.values_list("speed", flat=True).get(pk=device.pk))
    old = speed.get(output_type, newest)
    speed[output_type] = round(old + WEIGHT_OF_NEWEST * (newest - old), 3)
    Device.objects.filter(pk=device.pk).update(speed=speed)
