"""The right to write a run's rows: its number, its attempt, and a lease that the database's clock measures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Expression, F
from django.db.models.functions import Coalesce, Now

from evaluation.actions.errors import LeaseLost
from evaluation.models import Run, RunState
from evaluation.querysets import RunQuerySet


@dataclass(frozen=True)
class Lease:
    """One claim of one run. A later claim has a higher attempt, and ends this one's writes."""

    run: int
    attempt: int
    owner: str

    def rows(self) -> RunQuerySet:
        """The run's row while the lease is good, nothing after that."""
        mine = Run.objects.filter(pk=self.run, attempt=self.attempt, state=RunState.RUNNING)
        return mine.filter(lease_until__gt=Now())


def lease_end() -> Expression:
    """Now and ``RUN_LEASE_SECONDS``, by the database's clock."""
    return Now() + timedelta(seconds=settings.RUN_LEASE_SECONDS)


def claim_of(owner: str) -> dict[str, Any]:
    """What a claim writes into the run's row."""
    return {
        "state": RunState.RUNNING,
        "attempt": F("attempt") + 1,
        "owner": owner,
        "lease_until": lease_end(),
        "heartbeat_at": Now(),
        "claimed_at": Now(),
        "started_at": Coalesce(F("started_at"), Now()),
    }


@contextmanager
def held(lease: Lease, **changes: Any) -> Iterator[None]:
    """A transaction in which the lease is renewed and the run's row is locked; ``changes`` go into that row.

    Raises ``LeaseLost`` before anything is written when the lease is over.
    """
    with transaction.atomic():
        changes = {"lease_until": lease_end(), **changes}
        if not lease.rows().update(heartbeat_at=Now(), **changes):
            raise LeaseLost(f"run {lease.run}, attempt {lease.attempt}")
        yield
