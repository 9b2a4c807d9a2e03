"""The files of a zip, read entry by entry: what leads out of it, links and bombs are refused by name."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from evaluation.results.jsontext import largest_results, largest_samples
from evaluation.results.shapes import wrong
from modelcards.exchange.archives import BROKEN, entry_danger, entry_label

MOST_ENTRIES = 5_000
Entry = tuple[str, Callable[[], BinaryIO], int, str]


def zip_files(name: str, opened: Callable[[], BinaryIO]) -> Iterator[Entry]:
    """Name, opener, size and problem of each file of results in a zip. Raises ResultsError for what is no zip."""
    try:
        with opened() as file, zipfile.ZipFile(file) as archive:
            entries = sorted(archive.infolist(), key=lambda entry: entry.filename)
    except BROKEN as error:
        said = {"why": str(error)[:100]}
        raise wrong(name, _("is not a zip file that can be read: %(why)s") % said) from None
    if len(entries) > MOST_ENTRIES:
        raise wrong(name, _("holds more than %(most)d entries") % {"most": MOST_ENTRIES})
    unpacked, most = 0, settings.HUB_IMPORT_UNPACKED_MB * 2**20
    for entry in entries:
        hidden = entry.is_dir() or entry.filename.startswith("__MACOSX/") or "/." in f"/{entry.filename}"
        if hidden and ".." not in entry.filename:
            continue
        wanted = entry.filename.lower().endswith((".json", ".jsonl"))
        problem = entry_danger(entry, wanted=wanted, most=_most(entry.filename))
        unpacked += entry.file_size if wanted else 0
        if not problem and wanted and unpacked > most:
            problem = _("comes after the first %(most)d MB that a zip may hold") % {"most": most // 2**20}
        if wanted or problem:
            yield f"{name}/{entry_label(entry)}", _opener(opened, entry), entry.file_size, problem


def _most(filename: str) -> int:
    return largest_samples() if filename.lower().endswith(".jsonl") else largest_results()


def _opener(opened: Callable[[], BinaryIO], entry: zipfile.ZipInfo) -> Callable[[], BinaryIO]:
    return lambda: io.BufferedReader(_EntryStream(opened, entry))


class _EntryStream(io.RawIOBase):
    """An entry as it is unpacked, no further than to the size that it declares; errors are those of a bad file."""

    def __init__(self, opened: Callable[[], BinaryIO], entry: zipfile.ZipInfo) -> None:
        self.file = opened()
        self.archive = zipfile.ZipFile(self.file)
        self.name, self.left = entry.filename, entry.file_size + 1
        self.stream = self.archive.open(entry)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            piece = self.stream.read(min(len(buffer), self.left))
        except BROKEN as error:
            raise wrong(self.name, _("cannot be unpacked: %(why)s") % {"why": str(error)[:100]}) from None
        self.left -= len(piece)
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        if not self.closed:
            self.stream.close()
            self.archive.close()
            self.file.close()
        super().close()
