"""Files of a run on their way into the site's storage, checksums compared on both ends."""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path
from typing import BinaryIO

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage

from evaluation.actions import StoredFile
from evaluation.core.protocol import FileRef

BLOCK = 1 << 20


class FileDamaged(Exception):  # noqa: N818
    """A file is not what its sender said."""


def store(ref: FileRef, out: Path, name: str) -> StoredFile:
    """Copy ``ref``, which lies below ``out``, to ``name`` in the storage. Raises ``FileDamaged``."""
    source = (out / ref.file).resolve()
    if not source.is_relative_to(out.resolve()) or not source.is_file():
        raise FileDamaged(f"the runner named a file {ref.file} that is not in its directory")
    with source.open("rb") as stream:
        if digest(stream) != ref.sha256:
            raise FileDamaged(f"the file {ref.file} does not have the checksum that the runner sent")
        stream.seek(0)
        saved = default_storage.save(name, File(stream))
    with default_storage.open(saved, "rb") as copy:
        if digest(copy) != ref.sha256:
            discard(saved)
            raise FileDamaged(f"the file {ref.file} was damaged on its way into the storage")
    return StoredFile(file=saved, sha256=ref.sha256, rows=ref.rows, key=ref.key)


def store_text(text: str, name: str) -> str:
    """Write ``text`` to the storage; returns the name it got."""
    return default_storage.save(name, ContentFile(text.encode("utf-8", "replace")))


def discard(name: str) -> None:
    """Take a file out of the storage that no row will name."""
    with contextlib.suppress(OSError):
        default_storage.delete(name)


def digest(stream: BinaryIO | File[bytes]) -> str:
    """SHA-256 of what is left of a stream."""
    total = hashlib.sha256()
    while block := stream.read(BLOCK):
        total.update(block)
    return total.hexdigest()
