"""Take files that nothing names: of workers that died between a file and its row, and of rows that are gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.core.files.storage import default_storage
from django.utils import timezone

from evaluation.actions.prune import Pruned, listed, remove
from evaluation.files import LOGS, PROMPTS, SAMPLES, log_of
from evaluation.models import PromptSet, Run, SampleSet

OLD = timedelta(days=2)
"""What is younger may be on its way: a file arrives before its row does."""
CHUNK = 500


def leftovers_prune(*, dry_run: bool = False) -> Pruned:
    """Stored samples, prompts and logs that no row names and that are older than ``OLD``; returns what went.

    Ages are those of the storage, measured by the clock of this machine.
    """
    gone = [(name, default_storage.size(name)) for name in _unnamed() if _old(name)]
    if not dry_run:
        for name, _size in gone:
            remove(name)
    return Pruned(len(gone), sum(size for _name, size in gone))


def _unnamed() -> Iterator[str]:
    for names in _chunks(listed(SAMPLES)):
        yield from sorted(names - set(SampleSet.objects.kept().filter(file__in=names).values_list("file", flat=True)))
    for names in _chunks(listed(PROMPTS)):
        kept = PromptSet.objects.filter(file__in=names, removed_at=None)
        yield from sorted(names - set(kept.values_list("file", flat=True)))
    for names in _chunks(name for name in listed(LOGS) if log_of(name) is not None):
        runs = set(Run.objects.filter(pk__in=map(log_of, names), log_removed_at=None).values_list("pk", flat=True))
        yield from sorted(name for name in names if log_of(name) not in runs)


def _chunks(names: Iterator[str]) -> Iterator[set[str]]:
    chunk: set[str] = set()
    for name in names:
        chunk.add(name)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = set()
    if chunk:
        yield chunk


def _old(name: str) -> bool:
    try:
        return default_storage.get_modified_time(name) < timezone.now() - OLD
    except OSError:
        return False
