"""A sheet as CSV (RFC 4180, lines end in a newline): the first line has the keys of the columns."""

from __future__ import annotations

import csv
import datetime
import io

from evaluation.tableexport.sheet import Cell, Sheet, known
from modelcards.exchange.cells import guarded


def csv_text(sheet: Sheet) -> str:
    """Numbers in full, blank where not known; no text is one that a spreadsheet would run as a formula."""
    buffer = io.StringIO()
    lines = csv.writer(buffer, lineterminator="\n")
    lines.writerow([guarded(column.key) for column in sheet.columns])
    lines.writerows([_cell(value) for value in row] for row in sheet.rows)
    return buffer.getvalue()


def _cell(value: Cell) -> str:
    value = known(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)  # a minus sign is no formula
    if isinstance(value, datetime.date):
        return value.isoformat()
    # A bare carriage return would end the record: the writer quotes it only where lines end in one.
    return guarded(value.replace("\r\n", "\n").replace("\r", "\n"))
