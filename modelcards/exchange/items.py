"""The cards of a file or folder, one after another, each read only when it is asked for.

Whatever the format, the order is the same every time: an import that was interrupted goes on at a number.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from modelcards.exchange.archives import zip_items
from modelcards.exchange.cards import read_card, read_config
from modelcards.exchange.csvfiles import csv_items
from modelcards.exchange.decoding import decode, largest_card, too_large
from modelcards.exchange.item import Item, is_card, refusal
from modelcards.exchange.jsonfiles import json_items
from modelcards.exchange.shapes import ReadCard

KINDS: dict[str, Callable[[str, BinaryIO], Iterator[Item]]] = {
    ".zip": zip_items,
    ".csv": csv_items,
    ".json": json_items,
}
ENDINGS = (".md", *KINDS)


@dataclass(frozen=True)
class Source:
    """A file by the name that reports give it, and how it is opened."""

    name: str
    open: Callable[[], BinaryIO]


def file_items(source: Source) -> Iterator[Item]:
    """The cards of one file; what kind it is tells the end of its name."""
    ending = os.path.splitext(source.name)[1].lower()
    if ending == ".md":
        yield Item(source.name, lambda: _read(source))
    elif ending in KINDS:
        with source.open() as file:
            yield from KINDS[ending](source.name, file)
    else:
        known = ", ".join(ENDINGS)
        yield refusal(source.name, _("is no file of cards; known are %(endings)s") % {"endings": known})


def path_items(path: Path) -> Iterator[Item]:
    """The cards of a file, or of all folders below a directory; links that lead out of it are not followed."""
    if not path.is_dir():
        yield from file_items(Source(path.name, lambda: path.open("rb")))
        return
    root = path.resolve()
    for folder, below, names in os.walk(root):
        below[:] = sorted(name for name in below if not name.startswith("."))
        readme = any(name.lower() == "readme.md" for name in names)
        for name in sorted(names):
            inside = (Path(folder) / name).resolve()
            if is_card(name, readme) and inside.is_relative_to(root) and inside.is_file():
                yield _folder_item(root, Path(folder) / name)


def _folder_item(root: Path, path: Path) -> Item:
    label = path.relative_to(root).as_posix()

    def read() -> ReadCard:
        config = path.parent / "config.json"
        beside = read_config(_bytes(config)) if config.is_file() and not config.is_symlink() else {}
        if path.stat().st_size > largest_card():
            raise too_large(label, path.stat().st_size)
        return read_card(decode(path.read_bytes(), label), file=label, config=beside)

    return Item(label, read)


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(2**20 + 1)


def _read(source: Source) -> ReadCard:
    with source.open() as file:
        raw = file.read(largest_card() + 1)
    if len(raw) > largest_card():
        raise too_large(source.name)
    return read_card(decode(raw, source.name), file=source.name)
