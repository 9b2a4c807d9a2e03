"""Take files that a person wants to bring into the catalog; what becomes of them is decided step by step."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from modelcards.actions.cards_import import require_import
from modelcards.exchange.items import ENDINGS
from modelcards.models import CardImport

MOST_FILES = 100
# An upload that nobody finished is forgotten after this time.
KEPT = timedelta(days=14)


class UploadError(ValueError):
    """Files that cannot be taken, with the reason."""


def import_upload(*, user: User, files: Sequence[UploadedFile[Any]]) -> CardImport:
    """Keep the files and make the import, to be checked. Raises NotAllowed and UploadError."""
    require_import(user)
    _check(files)
    for old in CardImport.objects.filter(created_at__lt=timezone.now() - KEPT):
        import_forget(row=old)
    names = [_name(file) for file in files]
    title = names[0] if len(names) == 1 else _("%(first)s and %(n)d more") % {"first": names[0], "n": len(names) - 1}
    row = CardImport.objects.create(who=user, name=title[:200], size=sum(file.size or 0 for file in files))
    stored = [
        {"name": name, "stored": default_storage.save(f"imports/{row.pk}/{number}", file)}
        for number, (name, file) in enumerate(zip(names, files, strict=True))
    ]
    CardImport.objects.filter(pk=row.pk).update(files=stored)
    row.files = stored
    return row


def import_forget(*, row: CardImport) -> None:
    """Delete an import with its files and its report; the cards that it brought stay."""
    drop_files(row)
    with transaction.atomic():
        row.delete()


def drop_files(row: CardImport) -> None:
    """Delete the uploaded files."""
    for file in row.files:
        default_storage.delete(file["stored"])


def _check(files: Sequence[UploadedFile[Any]]) -> None:
    if not files:
        raise UploadError(_("Choose a file first."))
    if len(files) > MOST_FILES:
        raise UploadError(_("At most %(most)d files at once; put more of them into a zip.") % {"most": MOST_FILES})
    for file in files:
        if not (file.name or "").lower().endswith(ENDINGS):
            said = {"name": _name(file), "endings": ", ".join(ENDINGS)}
            raise UploadError(_("“%(name)s” is no file of cards; known are %(endings)s.") % said)
    if sum(file.size or 0 for file in files) > settings.HUB_IMPORT_FILE_MB * 2**20:
        raise UploadError(too_much())


def too_much() -> str:
    """That an upload is larger than this site takes."""
    said = {"most": settings.HUB_IMPORT_FILE_MB}
    return _("More than %(most)d MB at once. Send it in parts, or use import_cards on the server.") % said


def _name(file: UploadedFile[Any]) -> str:
    """The file's name without folders, printable."""
    plain = os.path.basename((file.name or "").replace("\\", "/"))
    return "".join(letter for letter in plain if letter.isprintable())[-150:] or "file"
