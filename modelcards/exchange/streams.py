"""Documents of cards as files, piece by piece: a million cards need no more memory than a few hundred."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from modelcards.exchange.csvfiles import csv_head, csv_row
from modelcards.exchange.jsonfiles import HEAD, TAIL, json_line
from modelcards.exchange.parquet import parquet_pieces
from modelcards.exchange.readme import write_card
from modelcards.exchange.sink import Sink

Documents = Iterable[dict[str, Any]]
# The hub's own date for entries of archives without one: the same cards give the same bytes on every day.
ENTRY_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Format:
    """A format of the whole list: the end of the file's name, its type on the wire, and its pieces."""

    key: str
    ending: str
    media_type: str
    pieces: Callable[[Documents], Iterator[bytes]]


def json_pieces(documents: Documents) -> Iterator[bytes]:
    """One card a line within one JSON document."""
    yield HEAD.encode()
    comma = ""
    for document in documents:
        yield f"{comma}{json_line(document)}".encode()
        comma = ",\n"
    yield TAIL.encode()


def csv_pieces(documents: Documents) -> Iterator[bytes]:
    """The columns of ``models.csv``."""
    yield csv_head().encode()
    for document in documents:
        yield csv_row(document).encode()


def zip_pieces(documents: Documents) -> Iterator[bytes]:
    """A zip with one ``<slug>/README.md`` for each card."""
    sink = Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for document in documents:
            entry = zipfile.ZipInfo(f"{document['slug']}/README.md", ENTRY_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, write_card(document))
            yield sink.drain()
    yield sink.drain()


FORMATS = {
    one.key: one
    for one in [
        Format("csv", "csv", "text/csv; charset=utf-8", csv_pieces),
        Format("json", "json", "application/json", json_pieces),
        Format("parquet", "parquet", "application/vnd.apache.parquet", parquet_pieces),
        Format("cards", "zip", "application/zip", zip_pieces),
    ]
}


def gathered(pieces: Iterable[bytes], least: int = 64 * 1024) -> Iterator[bytes]:
    """The same bytes in pieces that are worth sending."""
    buffer = io.BytesIO()
    for piece in pieces:
        buffer.write(piece)
        if buffer.tell() >= least:
            yield buffer.getvalue()
            buffer = io.BytesIO()
    if buffer.tell():
        yield buffer.getvalue()
