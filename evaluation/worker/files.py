"""Files of a run on their way to the site, checksums compared on both ends.

A worker that shares the data directory of the site writes into its storage; any other one sends them by HTTP
(``HUB_URL``).
"""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage

from evaluation.actions import StoredFile
from evaluation.core.protocol import FileRef
from evaluation.worker.site import SiteUnreachable, site_files

BLOCK = 1 << 20


class FileDamaged(Exception):  # noqa: N818
    """A file is not what its sender said, or has not arrived."""


def store(ref: FileRef, out: Path, name: str, given_up: Callable[[], bool] = lambda: False) -> StoredFile:
    """Bring ``ref``, which lies below ``out``, to the site under ``name``. Raises ``FileDamaged``.

    ``given_up`` is asked while a site that is away is waited for.
    """
    source = (out / ref.file).resolve()
    if not source.is_relative_to(out.resolve()) or not source.is_file():
        raise FileDamaged(f"the runner named a file {ref.file} that is not in its directory")
    with source.open("rb") as stream:
        if digest(stream) != ref.sha256:
            raise FileDamaged(f"the file {ref.file} does not have the checksum that the runner sent")
    site = site_files(given_up)
    try:
        saved = site.send(source, name, ref.sha256) if site else _save(source, ref, name)
    except SiteUnreachable as error:
        raise FileDamaged(str(error)) from error
    return StoredFile(file=saved, sha256=ref.sha256, rows=ref.rows, key=ref.key)


def _save(source: Path, ref: FileRef, name: str) -> str:
    with source.open("rb") as stream:
        saved = default_storage.save(name, File(stream))
    with default_storage.open(saved, "rb") as copy:
        if digest(copy) != ref.sha256:
            discard(saved)
            raise FileDamaged(f"the file {ref.file} was damaged on its way into the storage")
    return saved


def is_stored(name: str) -> bool:
    """Whether the site holds a file that one of its rows names. Over HTTP its row is trusted: sending asks first."""
    return bool(site_files()) or default_storage.exists(name)


def store_text(text: str, name: str, given_up: Callable[[], bool] = lambda: False) -> str:
    """Write ``text`` to the site; returns the name it got. Raises ``OSError`` when it does not arrive."""
    content = text.encode("utf-8", "replace")
    site = site_files(given_up)
    if site is None:
        return default_storage.save(name, ContentFile(content))
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        try:
            return site.send(Path(file.name), name, hashlib.sha256(content).hexdigest())
        except SiteUnreachable as error:
            raise OSError(str(error)) from error


def discard(name: str) -> None:
    """Take a file out of the storage that no row will name."""
    site = site_files()
    if site is not None:
        site.drop(name)
        return
    with contextlib.suppress(OSError):
        default_storage.delete(name)


def digest(stream: BinaryIO | File[bytes]) -> str:
    """SHA-256 of what is left of a stream."""
    total = hashlib.sha256()
    while block := stream.read(BLOCK):
        total.update(block)
    return total.hexdigest()
