"""Forget old messages."""

from __future__ import annotations

from evaluation.models import Delivery


def deliveries_prune(*, days: int) -> int:
    """Remove messages that ended ``days`` days ago; returns how many."""
    removed, _tables = Delivery.objects.outdated(days).delete()
    return removed
