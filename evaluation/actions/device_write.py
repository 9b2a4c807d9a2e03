"""What a worker says of its device."""

from __future__ import annotations

from django.db.models.functions import Now

from evaluation.models import Device, Node

WEIGHT_OF_NEWEST = 0.5


def device_seen(*, device: Device, loaded: str) -> bool:
    """The worker of ``device`` lives and its runner holds ``loaded``; ``False`` when the device is gone."""
    Node.objects.filter(pk=device.node_id).update(seen_at=Now())
    return bool(Device.objects.filter(pk=device.pk).update(seen_at=Now(), loaded=loaded))


def device_speed(*, device: Device, output_type: str, documents: int, seconds: float) -> None:
    """Remember documents a second of an output type: the mean of what was known and the newest."""
    if not documents or seconds <= 0:
        return
    newest = documents / seconds
    speed = dict(Device.objects.values_list("speed", flat=True).get(pk=device.pk))
    old = speed.get(output_type, newest)
    speed[output_type] = round(old + WEIGHT_OF_NEWEST * (newest - old), 3)
    Device.objects.filter(pk=device.pk).update(speed=speed)
