"""Cards in a zip file, read entry by entry in memory: nothing is ever unpacked to disk.

An entry's declared size decides before a byte is unpacked, and no more than that is unpacked; what leads outside the
archive, links, and archives within it are refused by name.
"""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO
from zlib import error as ZlibError  # noqa: N812

from django.conf import settings
from django.utils.translation import gettext as _

from modelcards.exchange.cards import LARGEST_CONFIG, read_card, read_config
from modelcards.exchange.decoding import decode, largest_card
from modelcards.exchange.item import Item, is_card, refusal
from modelcards.exchange.shapes import CardError, ReadCard
from modelcards.tables import RowError

MOST_ENTRIES = 1_000_000
ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".zst")
BROKEN = (zipfile.BadZipFile, ZlibError, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)


def zip_items(name: str, file: BinaryIO) -> Iterator[Item]:
    """The cards of a zip, by path. ``file`` must stay open while they are read."""
    try:
        archive = zipfile.ZipFile(file)
        entries = sorted(archive.infolist(), key=lambda entry: entry.filename)
    except BROKEN as error:
        yield refusal(name, _("is not a zip file that can be read: %(why)s") % {"why": str(error)[:100]})
        return
    if len(entries) > MOST_ENTRIES:
        yield refusal(name, _("holds more than %(most)d entries") % {"most": MOST_ENTRIES})
        return
    yield from _Archive(name, archive, entries).items()


class _Archive:
    def __init__(self, name: str, archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
        self.name, self.archive, self.entries = name, archive, entries
        self.paths = {entry.filename: entry for entry in entries}
        self.readmes = {_folder(path) for path in self.paths if _base(path).lower() == "readme.md"}

    def items(self) -> Iterator[Item]:
        """A card, or a refusal, for each entry that is not simply something else."""
        unpacked, most = 0, settings.HUB_IMPORT_UNPACKED_MB * 2**20
        for entry in self.entries:
            if not entry.filename or entry.is_dir() or entry.filename.startswith("__MACOSX/"):
                continue
            wanted = is_card(_base(entry.filename), _folder(entry.filename) in self.readmes)
            unpacked += entry.file_size if wanted else 0
            if reason := self.danger(entry, wanted):
                yield refusal(self.label(entry), reason)
            elif wanted and unpacked > most:
                said = {"most": settings.HUB_IMPORT_UNPACKED_MB}
                yield refusal(self.label(entry), _("comes after the first %(most)d MB that a zip may hold") % said)
            elif wanted:
                yield self.item(entry)

    def danger(self, entry: zipfile.ZipInfo, wanted: bool) -> str:
        """Why an entry must not be read; blank where it may."""
        if reason := entry_danger(entry, wanted=wanted):
            return reason
        if wanted and entry.file_size > largest_card():
            said = {"size": f"{entry.file_size / 2**20:.0f}", "most": settings.HUB_IMPORT_CARD_MB}
            return _("unpacks to %(size)s MB; a card may have %(most)d MB here") % said
        return ""

    def item(self, entry: zipfile.ZipInfo) -> Item:
        return Item(self.label(entry), lambda: self.read(entry))

    def read(self, entry: zipfile.ZipInfo) -> ReadCard:
        """One card with the configuration beside it."""
        config = self.paths.get(_folder(entry.filename) + "config.json")
        beside: dict[str, object] = {}
        if config is not None and config.file_size <= LARGEST_CONFIG and not self.danger(config, False):
            beside = read_config(self.unpack(config, LARGEST_CONFIG))
        text = decode(self.unpack(entry, largest_card()), entry.filename)
        return read_card(text, file=entry.filename, config=beside)

    def unpack(self, entry: zipfile.ZipInfo, most: int) -> bytes:
        """The bytes of an entry, at most as many as it declares and as are allowed."""
        try:
            with self.archive.open(entry) as stream:
                return stream.read(min(entry.file_size, most) + 1)
        except BROKEN as error:
            reason = _("cannot be unpacked: %(why)s") % {"why": str(error)[:100]}
            raise CardError([RowError(self.label(entry), 1, "", reason)]) from None

    def label(self, entry: zipfile.ZipInfo) -> str:
        """How a report names an entry."""
        return entry_label(entry)


def entry_danger(entry: zipfile.ZipInfo, *, wanted: bool, most: int | None = None) -> str:
    """Why an entry of any kind must not be read; blank where it may. ``most``: bytes that it may have."""
    path = PurePosixPath(entry.filename)
    if path.is_absolute() or ".." in path.parts or "\\" in entry.filename or ":" in "".join(path.parts[:1]):
        return _("leads out of the archive; use paths within it")
    if not entry.filename.isprintable() or len(entry.filename) > 500:
        return _("has a name that no file should have")
    if stat.S_ISLNK(entry.external_attr >> 16):
        return _("is a link; put the file itself into the archive")
    if path.suffix.lower() in ARCHIVES:
        return _("is an archive within the archive; unpack it first")
    if wanted and entry.flag_bits & 0x1:
        return _("is encrypted")
    if wanted and most is not None and entry.file_size > most:
        said = {"size": f"{entry.file_size / 2**20:.0f}", "most": most // 2**20}
        return _("unpacks to %(size)s MB; such a file may have %(most)d MB here") % said
    return ""


def entry_label(entry: zipfile.ZipInfo) -> str:
    """How a report names an entry: printable, never too long."""
    return "".join(letter if letter.isprintable() else "?" for letter in entry.filename)[:300]


def _folder(path: str) -> str:
    return path.rpartition("/")[0] + "/" if "/" in path else ""


def _base(path: str) -> str:
    return path.rpartition("/")[2]
