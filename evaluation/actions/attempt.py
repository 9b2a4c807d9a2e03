"""The history of a run's claims. The callers hold the transactions in which the run itself changes."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models.functions import Now

from evaluation.models import Attempt, Device, Run


def attempt_begins(run: Run, devices: Iterable[Device]) -> None:
    """``run``, as it was before its claim, has these devices from now on; the first leads."""
    names = [str(device) for device in devices]
    Attempt.objects.create(run=run, number=run.attempt + 1, devices=names, began_at=Now())


def attempt_ends(run: int, outcome: str, reason: str) -> None:
    """The attempt in hand, if there is one, is over, and left the run in the state ``outcome``."""
    Attempt.objects.filter(run=run, ended_at__isnull=True).update(ended_at=Now(), outcome=outcome, reason=reason)
