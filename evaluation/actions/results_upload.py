"""Results that a person uploads: kept, checked file by file, and brought in when the person says so."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib.auth.models import User
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile

from evaluation.actions.permission import check_may_queue
from evaluation.actions.results_import import results_import
from evaluation.models import ResultImport, ResultImportLine
from evaluation.results.bundles import ENDINGS, NamedFile, bundles, named_files
from modelcards.actions.uploads import State, upload_keep, upload_pass_over, upload_start, upload_step
from modelcards.exchange.report import REFUSED, Outcome


def results_upload(*, user: User, files: Sequence[UploadedFile[Any]]) -> ResultImport:
    """Keep the files and make the import, to be checked. Raises NotAllowed and UploadError."""
    check_may_queue(user)
    return upload_keep(ResultImport, user=user, files=files, endings=ENDINGS, folder="results")


def results_start(*, user: User, row: ResultImport) -> bool:
    """Begin to bring in what was checked; whether it was this call that began it. Raises NotAllowed."""
    check_may_queue(user)
    return upload_start(user=user, row=row)


def results_step(*, user: User, row: ResultImport, seconds: float = 1.0) -> ResultImport:
    """Do about ``seconds`` of work, unless another step is at it; the import as it then is. Raises NotAllowed."""
    check_may_queue(user)
    return upload_step(user=user, row=row, seconds=seconds, work=lambda row, until: _work(row, user, until))


def _work(row: ResultImport, user: User, until: float) -> None:
    """File by file. Should the process die between a file and its line, the file is found to be known the next time."""
    every = list(bundles(_files(row)))
    if row.total is None:
        row.total = len(every)
        row.save(update_fields=["total"])
    for bundle in every[row.position :]:
        outcome = results_import(user=user, bundle=bundle, dry=row.state == State.CHECKING)
        _note(row, outcome)
        if time.monotonic() > until:
            return
    upload_pass_over(row)


def _files(row: ResultImport) -> Iterator[NamedFile]:
    """The uploaded files, and those of zips, always in the same order."""
    for file in row.files:
        stored = file["stored"]
        size = default_storage.size(stored)
        yield from named_files(file["name"], lambda stored=stored: default_storage.open(stored), size)  # type: ignore[misc,arg-type]


def _note(row: ResultImport, one: Outcome) -> None:
    """The line of the report, in the place of that of the pass before."""
    row.position += 1
    importing = row.state == State.IMPORTING
    ResultImportLine.objects.update_or_create(
        of=row,
        number=row.position,
        defaults={
            "outcome": one.outcome,
            "stored": importing and one.outcome != REFUSED,
            "slug": one.slug[:120],
            "name": one.name[:200],
            "file": one.file[-500:],
            "line": one.line,
            "details": one.details(),
        },
    )
    row.save(update_fields=["position"])
