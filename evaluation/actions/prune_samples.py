"""Take the files of sample sets that the retention rule lets go. Scores, cells and the rows themselves stay."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.db.models.functions import Coalesce, Now

from evaluation.actions.prune import Pruned, clock, remove
from evaluation.core.retention import Kept, Rule, too_much
from evaluation.models import PromptSet, SampleSet

CHUNK = 500
PROMPTS_STAY = timedelta(days=1)
"""Prompts that nobody needs stay so long: a worker may just be about to store outcomes that need them again."""


def samples_prune(*, rule: Rule, dry_run: bool = False) -> Pruned:
    """Sample sets beyond ``rule``, those of the cells that ended first going first; returns what went, or would go.

    A row says in ``removed_at`` when its file went. It is written before the file is removed: a file that is left by
    a kill in between is named by no row that is kept, and goes as a leftover.
    """
    now = clock(SampleSet.objects.kept()) if rule.bounds else None
    if now is None:
        return Pruned()
    _measure(SampleSet.objects.kept())
    gone = too_much(_kept(), rule, now)
    if not dry_run:
        for part in _chunks(gone):
            _take([one.key for one in part])
    return Pruned(len(gone), sum(one.bytes for one in gone))


def prompts_prune(*, dry_run: bool = False) -> Pruned:
    """Prompts all of whose sample sets were removed a day ago or earlier; returns what went, or would go."""
    kept = SampleSet.objects.kept().filter(prompts=OuterRef("pk"))
    unused = PromptSet.objects.filter(~Exists(kept), removed_at=None)
    unused = unused.annotate(last=Max("sample_sets__removed_at")).filter(last__lt=Now() - PROMPTS_STAY)
    _measure(unused)
    gone = list(unused.values_list("pk", "file", "bytes"))
    if not dry_run:
        for pk, file, _size in gone:
            _take_prompts(pk, file)
    return Pruned(len(gone), sum(size or 0 for _pk, _file, size in gone))


def _kept() -> Iterator[Kept[int]]:
    """Every sample set that is kept, since the end of its cell."""
    since = Coalesce("cell__ended_at", "cell__created_at")
    rows = SampleSet.objects.kept().annotate(since=since).order_by("pk").values_list("pk", "since", "bytes")
    for pk, at, size in rows.iterator():
        yield Kept(pk, at, size or 0)


def _take(pks: list[int]) -> None:
    with transaction.atomic():
        rows = SampleSet.objects.kept().filter(pk__in=pks)
        files = list(rows.values_list("file", flat=True))
        rows.update(removed_at=Now())
    for file in files:
        remove(file)
    for folder in {str(Path(file).parent) for file in files}:
        with contextlib.suppress(OSError):  # others are in it still
            default_storage.delete(folder)


def _take_prompts(pk: int, file: str) -> None:
    """Unless a sample set that is kept has come to need them."""
    needed = SampleSet.objects.kept().filter(prompts=pk)
    with transaction.atomic():
        row = PromptSet.objects.select_for_update().filter(pk=pk, removed_at=None).first()
        if row is None or needed.exists():
            return
        PromptSet.objects.filter(pk=pk).update(removed_at=Now())
    remove(file)


def _measure(rows: QuerySet[SampleSet] | QuerySet[PromptSet]) -> None:
    """Note the sizes of files that were not looked at yet; 0 for one that is not there."""
    for pk, file in list(rows.filter(bytes=None).values_list("pk", "file")):
        try:
            size = default_storage.size(file)
        except OSError:
            size = 0
        rows.model._default_manager.filter(pk=pk, file=file).update(bytes=size)


def _chunks(things: list[Kept[int]]) -> Iterable[list[Kept[int]]]:
    return (things[start : start + CHUNK] for start in range(0, len(things), CHUNK))
