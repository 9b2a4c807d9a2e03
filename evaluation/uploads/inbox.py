"""The site's end: parts of a file are put together, checked, and only then handed to the storage."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from evaluation.models import PromptSet, Run, SampleSet
from evaluation.worker.files import digest

NAMES = (
    re.compile(r"samples/(?P<run>\d{1,15})-(?P<attempt>\d{1,6})/\d{1,15}\.parquet"),
    re.compile(r"logs/(?P<run>\d{1,15})-(?P<attempt>\d{1,6})\.log"),
    re.compile(r"prompts/[0-9a-zA-Z]{2}/[0-9a-zA-Z]{1,64}\.parquet"),
)
SHA256 = re.compile(r"[0-9a-f]{64}")
LARGEST = 8 * 2**30
FORGOTTEN_SECONDS = 2 * 24 * 3600


class UploadRefused(Exception):  # noqa: N818
    """Not a file that a node may send; ``field`` says which part is wrong, the text why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason


@dataclass(frozen=True)
class Received:
    """How far a file has come: bytes that are here; its name in the storage once it is whole, else empty."""

    bytes: int
    file: str = ""


@dataclass(frozen=True)
class Upload:
    """A file on its way. ``name`` is what it is to be called in the storage. Raises ``UploadRefused`` when made."""

    name: str
    sha256: str
    size: int

    def __post_init__(self) -> None:
        if not SHA256.fullmatch(self.sha256):
            raise UploadRefused("sha256", _("Expected 64 lower-case hexadecimal digits."))
        if not 0 <= self.size <= LARGEST:
            raise UploadRefused("size", _("A file has from 0 to %(most)d bytes.") % {"most": LARGEST})
        check_name(self.name)

    @property
    def part(self) -> Path:
        """Where what has come lies until it is whole."""
        key = hashlib.sha256(f"{self.name}\0{self.sha256}\0{self.size}".encode()).hexdigest()
        return Path(settings.HUB_DATA_DIR) / "uploads" / f"{key}.part"

    def received(self) -> Received:
        """How far it has come."""
        if self._is_stored():
            return Received(self.size, self.name)
        with contextlib.suppress(OSError):
            return Received(self.part.stat().st_size)
        return Received(0)

    def add(self, offset: int, blocks: Iterable[bytes]) -> Received:
        """Append what begins at ``offset``, if that is where the file ends now; else nothing is taken.

        What a lost connection leaves stays, and can be gone on from. Raises ``UploadRefused`` when the whole file does
        not have its checksum: it is dropped then.
        """
        if self._is_stored():
            return Received(self.size, self.name)
        with self._alone() as part:
            here = part.seek(0, 2)
            if offset == here:
                for block in blocks:
                    if here + len(block) > self.size:
                        raise UploadRefused("size", _("More was sent than the %(size)d bytes.") % {"size": self.size})
                    part.write(block)
                    here += len(block)
                part.flush()
            return self._finish(part) if here == self.size else Received(here)

    def _finish(self, part: BinaryIO) -> Received:
        part.seek(0)
        if digest(part) != self.sha256:
            self.part.unlink(missing_ok=True)
            raise UploadRefused("sha256", _("What arrived does not have this checksum; send it again."))
        part.seek(0)
        saved = default_storage.save(self.name, File(part))
        self.part.unlink(missing_ok=True)
        return Received(self.size, saved)

    def _is_stored(self) -> bool:
        """Whether it is whole already: an answer was lost, or another node was quicker with the same prompts."""
        if not default_storage.exists(self.name) or default_storage.size(self.name) != self.size:
            return False
        with default_storage.open(self.name, "rb") as stored:
            return digest(stored) == self.sha256

    @contextlib.contextmanager
    def _alone(self) -> Iterator[BinaryIO]:
        """The part, held by one request at a time: a node may ask again while its first request still hangs."""
        self.part.parent.mkdir(parents=True, exist_ok=True)
        forget_old(self.part.parent)
        with self.part.open("a+b") as part:
            try:
                fcntl.flock(part, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise UploadRefused("name", _("Another request is sending this file just now.")) from None
            yield part


def check_name(name: str) -> None:
    """Raise ``UploadRefused`` unless it is the name of a file of an attempt that there was, or of prompts."""
    match = next((found for pattern in NAMES if (found := pattern.fullmatch(name))), None)
    if match is None:
        raise UploadRefused("name", _("Nodes send samples, prompts and logs; this is the name of none."))
    about = match.groupdict()
    if about and not Run.objects.filter(pk=int(about["run"]), attempt__gte=int(about["attempt"])).exists():
        raise UploadRefused("name", _("There was no such attempt of a run."))


def discard(name: str) -> bool:
    """Drop a stored file that no row names; returns whether it was one."""
    check_name(name)
    if SampleSet.objects.filter(file=name).exists() or PromptSet.objects.filter(file=name).exists():
        return False
    default_storage.delete(name)
    return True


def forget_old(folder: Path) -> None:
    """Drop parts that nobody went on with for days."""
    for file in folder.glob("*.part"):
        with contextlib.suppress(OSError):
            if time.time() - file.stat().st_mtime > FORGOTTEN_SECONDS:
                file.unlink()
