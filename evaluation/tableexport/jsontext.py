"""A sheet as JSON: title, address, notes, columns, and the rows as objects by the keys of the columns."""

from __future__ import annotations

import datetime
import json

from evaluation.tableexport.sheet import Cell, Sheet, known


def json_text(sheet: Sheet) -> str:
    """null where not known; dates in ISO 8601."""
    keys = [column.key for column in sheet.columns]
    document = {
        "title": sheet.title,
        "address": sheet.address,
        "notes": list(sheet.notes),
        "columns": [{"key": one.key, "name": one.name, "kind": one.kind} for one in sheet.columns],
        "rows": [dict(zip(keys, map(_value, row), strict=True)) for row in sheet.rows],
    }
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _value(value: Cell) -> str | int | float | bool | None:
    value = known(value)
    return value.isoformat() if isinstance(value, datetime.date) else value
