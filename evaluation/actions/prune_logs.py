"""Take logs of runs that the retention rule lets go: the stored files of all attempts, and the tail in the row.

Readings of what their devices had in use go with them; that the attempts were stays.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.core.files.storage import default_storage
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Length, Now

from evaluation.actions.prune import Pruned, clock, listed, remove
from evaluation.core.retention import Kept, Rule, too_much
from evaluation.files import LOGS, log_of
from evaluation.models import Attempt, Run
from evaluation.querysets import RunQuerySet

CHUNK = 500


def logs_prune(*, rule: Rule, dry_run: bool = False) -> Pruned:
    """Logs beyond ``rule``, those of the runs that ended first going first; returns what went, or would go.

    Runs that are queued or running keep theirs. ``Run.log_removed_at`` says when a log went.
    """
    now = clock(_ended()) if rule.bounds else None
    if now is None:
        return Pruned()
    files = _files()
    gone = too_much(_kept(files), rule, now)
    if not dry_run:
        for start in range(0, len(gone), CHUNK):
            _take([one.key for one in gone[start : start + CHUNK]], files)
    return Pruned(len(gone), sum(one.bytes for one in gone))


def _ended() -> RunQuerySet:
    """Runs that are over and have a log."""
    ended = Run.objects.filter(ended_at__isnull=False, log_removed_at=None).exclude(state__in=["queued", "running"])
    return ended.filter(Q(attempt__gt=0) | ~Q(log_tail=""))


def _kept(files: dict[int, list[tuple[str, int]]]) -> Iterator[Kept[int]]:
    tail = Coalesce(Length(F("log_tail")), 0)
    for pk, ended, letters in _ended().annotate(letters=tail).values_list("pk", "ended_at", "letters").iterator():
        assert ended is not None
        yield Kept(pk, ended, letters + sum(size for _name, size in files.get(pk, ())))


def _files() -> dict[int, list[tuple[str, int]]]:
    """Run → its stored logs with their sizes."""
    found: dict[int, list[tuple[str, int]]] = {}
    for name in listed(LOGS):
        if (run := log_of(name)) is not None:
            found.setdefault(run, []).append((name, default_storage.size(name)))
    return found


def _take(runs: list[int], files: dict[int, list[tuple[str, int]]]) -> None:
    _ended().filter(pk__in=runs).update(log_tail="", log_removed_at=Now())
    gone = Run.objects.filter(pk__in=runs, log_removed_at__isnull=False).values_list("pk", flat=True)
    Attempt.objects.filter(run__in=list(gone)).update(use=[])
    for run in list(gone):
        for name, _size in files.get(run, ()):
            remove(name)
