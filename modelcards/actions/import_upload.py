"""Take files that a person wants to bring into the catalog; what becomes of them is decided step by step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import User
from django.core.files.uploadedfile import UploadedFile

from modelcards.actions.cards_import import require_import
from modelcards.actions.uploads import upload_keep
from modelcards.exchange.items import ENDINGS
from modelcards.models import CardImport


def import_upload(*, user: User, files: Sequence[UploadedFile[Any]]) -> CardImport:
    """Keep the files and make the import, to be checked. Raises NotAllowed and UploadError."""
    require_import(user)
    return upload_keep(CardImport, user=user, files=files, endings=ENDINGS, folder="imports")
