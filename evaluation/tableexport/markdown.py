"""A sheet as a table of GitHub's Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable

from evaluation.tableexport.sheet import Cell, Column, Sheet, in_words

SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!$&])")


def markdown_text(sheet: Sheet) -> str:
    """Title in bold, table, notes and the address of the page."""
    lines = [
        f"**{escaped(sheet.title)}**",
        "",
        _line(escaped(column.name) for column in sheet.columns),
        _line("---:" if column.numeric else "---" for column in sheet.columns),
        *(_line(_cell(*pair) for pair in zip(row, sheet.columns, strict=True)) for row in sheet.rows),
    ]
    ends = [*map(escaped, sheet.notes), *([_link(sheet.address)] if sheet.address else [])]
    lines += [line for end in ends for line in ("", end)]
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    return SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _cell(value: Cell, column: Column) -> str:
    if column.kind == "link" and isinstance(value, str) and value:
        return _link(value)
    return escaped(in_words(value, column, "–"))


def _link(address: str) -> str:
    """An address in angle brackets; what is no address of the web stays text."""
    if not re.match(r"https?://[^\s<>|]+$", address):
        return escaped(address)
    return f"<{address}>"
