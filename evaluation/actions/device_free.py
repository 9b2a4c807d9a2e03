"""A run gives its devices back, and the time that it had them goes on its person's account."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F
from django.db.models.functions import Now

from evaluation.models import Device, DeviceUse, Run

SLOT_MINUTES = 10
KEPT = timedelta(days=1)


def devices_free(run: int) -> None:
    """Free what a running run has. The caller holds the transaction and has changed, hence locked, the run's row."""
    row = Run.objects.annotate(now=Now()).values("claimed_at", "now", "width", "requested_by_id").get(pk=run)
    if row["width"] > 1:
        locked_devices([device.pk for device in Device.objects.filter(run=run)])
    Device.objects.filter(run=run).update(run=None)
    if row["claimed_at"] is not None:
        seconds = max(0.0, (row["now"] - row["claimed_at"]).total_seconds())
        _account(row["requested_by_id"], row["now"], seconds * row["width"])


def locked_devices(pks: list[int]) -> list[Device]:
    """The rows, locked in the order in which everybody locks several of them."""
    return list(Device.objects.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk"))


def _account(person: int | None, now: datetime, seconds: float) -> None:
    slot = now.replace(minute=now.minute - now.minute % SLOT_MINUTES, second=0, microsecond=0)
    mine = DeviceUse.objects.filter(person=person, slot=slot)
    if mine.update(seconds=F("seconds") + seconds):
        return
    DeviceUse.objects.bulk_create([DeviceUse(person_id=person, slot=slot)], ignore_conflicts=True)
    mine.update(seconds=F("seconds") + seconds)
    DeviceUse.objects.filter(slot__lt=now - KEPT).delete()
