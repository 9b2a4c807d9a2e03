"""A running run's sign of life."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from evaluation.actions.lease import Lease, held
from evaluation.core.series import Point
from evaluation.models import Attempt, Cell, CellState, Run


@dataclass(frozen=True)
class Wishes:
    """What people want of a running run. ``dropped``: cells that nobody wants any more."""

    cancel: bool
    dropped: frozenset[int]


def run_beat(*, lease: Lease, progress: dict[str, Any], log_tail: str, use: Sequence[Point] = ()) -> Wishes:
    """Renew the lease, store progress, log tail and use of the device, read what people want. Raises ``LeaseLost``."""
    with held(lease, progress=progress, log_tail=log_tail):
        if use:
            Attempt.objects.filter(run=lease.run, number=lease.attempt).update(use=use)
        cancel = Run.objects.values_list("cancel_requested", flat=True).get(pk=lease.run)
        gone = Cell.objects.filter(run=lease.run, state=CellState.CANCELLED).values_list("pk", flat=True)
        return Wishes(cancel, frozenset(gone))
