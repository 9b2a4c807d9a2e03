"""Uploads of any kind on their way in: kept, then worked through in steps of about a second, then forgotten."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from modelcards.models import Upload

MOST_FILES = 100
# An upload that nobody finished is forgotten after this time.
KEPT = timedelta(days=14)
# A step that does not come to its end within this time has died.
LONGEST = timedelta(minutes=5)
State = Upload.State
UNDER_WAY = (State.CHECKING, State.IMPORTING)

Row = TypeVar("Row", bound=Upload)


class UploadError(ValueError):
    """Files that cannot be taken, with the reason."""


def upload_keep(
    kind: type[Row], *, user: User, files: Sequence[UploadedFile[Any]], endings: tuple[str, ...], folder: str
) -> Row:
    """Keep the files of one of these endings and make the upload, to be checked. Raises UploadError."""
    _check(files, endings)
    for old in kind._default_manager.filter(created_at__lt=timezone.now() - KEPT):
        upload_forget(row=old)
    names = [_name(file) for file in files]
    title = names[0] if len(names) == 1 else _("%(first)s and %(n)d more") % {"first": names[0], "n": len(names) - 1}
    row = kind._default_manager.create(who=user, name=title[:200], size=sum(file.size or 0 for file in files))
    stored = [
        {"name": name, "stored": default_storage.save(f"{folder}/{row.pk}/{number}", file)}
        for number, (name, file) in enumerate(zip(names, files, strict=True))
    ]
    kind._default_manager.filter(pk=row.pk).update(files=stored)
    row.files = stored
    return row


def upload_forget(*, row: Upload) -> None:
    """Delete an upload with its files and its report; what it brought stays."""
    drop_files(row)
    with transaction.atomic():
        row.delete()


def drop_files(row: Upload) -> None:
    """Delete the uploaded files."""
    for file in row.files:
        default_storage.delete(file["stored"])


def upload_start(*, user: User, row: Upload) -> bool:
    """Begin to bring in what was checked; whether it was this call that began it."""
    every: Any = type(row)._default_manager
    mine = every.filter(pk=row.pk, who=user, state=State.CHECKED)
    return bool(mine.update(state=State.IMPORTING, position=0))


def upload_step(*, user: User, row: Row, seconds: float, work: Callable[[Row, float], None]) -> Row:
    """Do about ``seconds`` of ``work``, unless another step is at it; the upload as it then is."""
    every: Any = type(row)._default_manager
    now = timezone.now()
    free = Q(busy_until=None) | Q(busy_until__lt=now)
    mine = every.filter(free, pk=row.pk, who=user, state__in=UNDER_WAY)
    if mine.update(busy_until=now + LONGEST):
        try:
            work(every.get(pk=row.pk), time.monotonic() + seconds)
        except OSError as error:
            reason = _("The uploaded file cannot be read any more: %(why)s") % {"why": error}
            every.filter(pk=row.pk).update(state=State.FAILED, reason=reason)
        finally:
            every.filter(pk=row.pk).update(busy_until=None)
    found: Row = every.get(pk=row.pk)
    return found


def upload_pass_over(row: Upload) -> None:
    """The end of a pass; the files are needed no more once all is brought in."""
    if row.state == State.CHECKING:
        row.state = State.CHECKED
    else:
        row.state = State.DONE
        drop_files(row)
        row.files = []
    row.save(update_fields=["state", "files"])


def too_much() -> str:
    """That an upload is larger than this site takes."""
    said = {"most": settings.HUB_IMPORT_FILE_MB}
    return _("More than %(most)d MB at once. Send it in parts, or use the command on the server.") % said


def _check(files: Sequence[UploadedFile[Any]], endings: tuple[str, ...]) -> None:
    if not files:
        raise UploadError(_("Choose a file first."))
    if len(files) > MOST_FILES:
        raise UploadError(_("At most %(most)d files at once; put more of them into a zip.") % {"most": MOST_FILES})
    for file in files:
        if not (file.name or "").lower().endswith(endings):
            said = {"name": _name(file), "endings": ", ".join(endings)}
            raise UploadError(_("“%(name)s” cannot be taken; known are %(endings)s.") % said)
    if sum(file.size or 0 for file in files) > settings.HUB_IMPORT_FILE_MB * 2**20:
        raise UploadError(too_much())


def _name(file: UploadedFile[Any]) -> str:
    """The file's name without folders, printable."""
    plain = os.path.basename((file.name or "").replace("\\", "/"))
    return "".join(letter for letter in plain if letter.isprintable())[-150:] or "file"
