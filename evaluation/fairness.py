"""Whose turn it is: how much of the devices each person has now and had lately."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import Sum
from django.db.models.functions import Now

from evaluation.models import DeviceUse, Run, RunState


def loads() -> dict[int | None, float]:
    """Person → devices that their runs have now, plus the mean number that they had over ``HUB_FAIR_MINUTES``.

    A person who is not named has had none. Whoever has least goes first: one person's thousand runs count for nothing
    until they have devices, and a person who used eight devices all evening waits for one who used none.
    """
    found: dict[int | None, float] = {}
    running = Run.objects.filter(state=RunState.RUNNING).order_by().values_list("requested_by")
    for person, devices in running.annotate(Sum("width")):
        found[person] = float(devices)
    window = timedelta(minutes=settings.HUB_FAIR_MINUTES)
    lately = DeviceUse.objects.filter(slot__gt=Now() - window).order_by().values_list("person")
    for person, seconds in lately.annotate(Sum("seconds")):
        found[person] = found.get(person, 0.0) + seconds / window.total_seconds()
    return found
