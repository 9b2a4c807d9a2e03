"""Reading CSV files of facts: every error of a file is found and named by line and column before anything is stored."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from django.utils.translation import gettext as _

Read = TypeVar("Read")
LARGEST_FILE = 64 * 2**20


@dataclass(frozen=True)
class RowError:
    """What is wrong in a file: where, why, and what would be right (in the reason)."""

    file: str
    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        column = f", {self.column}" if self.column else ""
        return f"{self.file}:{self.line}{column}: {self.reason}"


class TableError(Exception):
    """A file that was refused, with all of its errors."""

    def __init__(self, errors: Sequence[RowError]) -> None:
        super().__init__("\n".join(map(str, errors)))
        self.errors = list(errors)


@dataclass(frozen=True)
class Row:
    """One line of a table: its number in the file and its cells by column, stripped."""

    file: str
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def wrong(self, column: str, reason: str) -> RowError:
        """An error of this row."""
        return RowError(self.file, self.line, column, reason)


class Checker:
    """Collects the errors of one file; ``finish`` raises when there were any."""

    def __init__(self) -> None:
        self.errors: list[RowError] = []

    def read(self, row: Row, column: str, reader: Callable[[str], Read], default: Read) -> Read:
        """The cell read by ``reader``; the default where it is blank, or is wrong (which is noted)."""
        if not row[column]:
            return default
        try:
            return reader(row[column])
        except ValueError as error:
            shown = row[column] if len(row[column]) <= 60 else row[column][:60] + "…"
            self.add(row, column, f"“{shown}”: {error}")
            return default

    def need(self, row: Row, columns: Sequence[str]) -> None:
        """Note every one of these columns that is blank."""
        for column in columns:
            if not row[column]:
                self.add(row, column, _("is blank; a value is needed"))

    def once(self, row: Row, column: str, key: object, seen: dict[object, int]) -> None:
        """Note a key that an earlier line already has."""
        if key in seen:
            self.add(row, column, _("the same as line %(line)d; keep one of them") % {"line": seen[key]})
        seen.setdefault(key, row.line)

    def add(self, row: Row, column: str, reason: str) -> None:
        """Note an error of a row."""
        self.errors.append(row.wrong(column, reason))

    def finish(self) -> None:
        """Raise TableError when anything was noted."""
        if self.errors:
            raise TableError(sorted(self.errors, key=lambda error: error.line))


def read_table(path: Path, label: str, required: Sequence[str], optional: Sequence[str]) -> list[Row]:
    """The rows of a CSV file (UTF-8, first line names the columns); TableError when it is no such file."""
    checker = Checker()
    records = _records(path, label)
    if not records:
        raise TableError([RowError(label, 1, "", _("is empty; the first line must name the columns"))])
    _header_line, header = records[0]
    header = [name.strip() for name in header]
    _check_header(Row(label, 1, {}), header, required, optional, checker)
    rows = []
    for line, record in records[1:]:
        row = Row(label, line, {name: cell.strip() for name, cell in zip(header, record, strict=False)})
        if len(record) != len(header):
            counts = {"found": len(record), "wanted": len(header)}
            checker.add(row, "", _("has %(found)d cells, the first line has %(wanted)d; is a quote missing?") % counts)
        rows.append(row)
    checker.finish()
    return rows


def _records(path: Path, label: str) -> list[tuple[int, list[str]]]:
    """The records of the file with the line each starts at, empty lines left out."""
    if path.stat().st_size > LARGEST_FILE:
        raise TableError([RowError(label, 1, "", _("is larger than 64 MiB"))])
    raw = path.read_bytes()
    try:
        content = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise TableError([RowError(label, line, "", _("is not UTF-8 text; save the file as UTF-8"))]) from None
    records, start = [], 1
    reader = csv.reader(io.StringIO(content, newline=""), strict=True)
    try:
        for record in reader:
            if record:
                records.append((start, record))
            start = reader.line_num + 1
    except csv.Error as error:
        raise TableError([RowError(label, reader.line_num, "", _("is not CSV: %(why)s") % {"why": error})]) from None
    return records


def _check_header(
    row: Row, header: list[str], required: Sequence[str], optional: Sequence[str], checker: Checker
) -> None:
    known = [*required, *optional]
    for name in required:
        if name not in header:
            checker.add(row, name, _("this column is missing"))
    for name in dict.fromkeys(header):
        if name not in known:
            checker.add(row, name, _("no such column; known are: %(names)s") % {"names": ", ".join(known)})
        elif header.count(name) > 1:
            checker.add(row, name, _("this column is there twice"))
