"""CSV in and out: one card a row, its chosen values in the columns of ``models.csv``."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from modelcards.exchange.cells import guarded, plain
from modelcards.exchange.decoding import check_text
from modelcards.exchange.item import Item, refusal
from modelcards.exchange.shapes import CardError, CardFact, ReadCard
from modelcards.fields import FIELDS, read_new_slug
from modelcards.models.card import Visibility
from modelcards.statements import CONFIDENCES, row_statements
from modelcards.tables import Checker, Row, TableError

COLUMNS = ("slug", *FIELDS, "visibility", "confidence")
NEEDED = ("slug", "name")


def csv_items(name: str, file: BinaryIO) -> Iterator[Item]:
    """The rows of a table; a wrong first line refuses the file, a wrong row only itself."""
    lines = csv.reader(io.TextIOWrapper(file, "utf-8-sig", newline=""), strict=True)
    try:
        header = [cell.strip() for cell in next(lines, [])]
        if wrong := _header_error(header):
            yield refusal(name, wrong[1], 1, wrong[0])
            return
        start = lines.line_num + 1
        for record in lines:
            if record:
                yield _item(name, start, header, record)
            start = lines.line_num + 1
    except UnicodeDecodeError:
        yield refusal(name, _("is not UTF-8 text; save the file as UTF-8"), lines.line_num + 1)
    except csv.Error as error:
        yield refusal(name, _("is not CSV: %(why)s") % {"why": error}, lines.line_num)


def csv_head() -> str:
    """The first line."""
    return csv_record(COLUMNS)


def csv_row(document: dict[str, Any]) -> str:
    """One card's line: its chosen values; the confidence is that of the least certain of them."""
    chosen = {fact["field"]: fact for fact in document["facts"] if fact["chosen"]}
    found = {fact["confidence"] for fact in chosen.values()}
    confidence = next(word for word in ("inferred", "unchecked", "checked") if word in found or word == "checked")
    cells = {"slug": document["slug"], "confidence": confidence, "visibility": document["visibility"]}
    cells |= {field: fact["value"] for field, fact in chosen.items()}
    return csv_record([cells.get(column, "") for column in COLUMNS])


def csv_record(cells: Sequence[str]) -> str:
    """Cells as one record, none of which a spreadsheet runs as a formula."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow([guarded(cell) for cell in cells])
    return buffer.getvalue()


def _header_error(header: Sequence[str]) -> tuple[str, str] | None:
    for name in NEEDED:
        if name not in header:
            return name, _("this column is missing; the first line must name the columns")
    for name in header:
        if name not in COLUMNS:
            return name[:60], _("no such column; known are: %(names)s") % {"names": ", ".join(COLUMNS)}
        if header.count(name) > 1:
            return name, _("this column is there twice")
    return None


def _item(name: str, line: int, header: Sequence[str], record: Sequence[str]) -> Item:
    cells = {column: plain(cell.strip()) for column, cell in zip(header, record, strict=False)}
    if len(record) != len(header):
        counts = {"found": len(record), "wanted": len(header)}
        return refusal(
            name, _("has %(found)d cells, the first line has %(wanted)d; is a quote missing?") % counts, line
        )
    return Item(name, lambda: _read(Row(name, line, cells)))


def _read(row: Row) -> ReadCard:
    """What one row states. Raises CardError with every wrong cell."""
    checker = Checker()
    checker.need(row, NEEDED)
    slug = checker.read(row, "slug", read_new_slug, "")
    confidence = checker.read(row, "confidence", _word(CONFIDENCES), "unchecked")
    visibility = checker.read(row, "visibility", _word(Visibility.values), "public")
    for key, field in FIELDS.items():
        check_text(row[key], row.file, row.line)
        checker.read(row, key, field.read, None)
    if bool(row["base_model"]) != bool(row["relation"]):
        checker.add(row, "relation", _("base_model and relation belong together: give both or neither"))
    try:
        checker.finish()
    except TableError as error:
        raise CardError(error.errors) from None
    facts = [
        CardFact(one.field, one.value, one.source, one.citation, confidence) for one in row_statements(row, row.file)
    ]
    repo = row["hf_repo"]
    return ReadCard(row.file, row.line, slug, repo, "import: csv", facts, visibility=visibility, own=True, table=True)


def _word(allowed: Sequence[str]) -> Any:
    def read(value: str) -> str:
        if value not in allowed:
            raise ValueError(_("not known; one of: %(keys)s") % {"keys": ", ".join(allowed)})
        return value

    return read
