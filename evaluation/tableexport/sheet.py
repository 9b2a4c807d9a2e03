"""A table as plain values, before it is written in any format. Pure."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Cell = str | int | float | bool | datetime.date | None
Kind = Literal["text", "number", "integer", "date", "link"]


@dataclass(frozen=True)
class Column:
    """A column: ``key`` names it for programs, ``name`` for readers. A ``link`` holds an address.

    ``digits``: decimals of a number in LaTeX and Markdown; without it four significant ones. CSV and JSON have all.
    """

    key: str
    name: str
    kind: Kind = "text"
    digits: int | None = None

    @property
    def numeric(self) -> bool:
        """Whether it is set flush right."""
        return self.kind in ("number", "integer")


@dataclass(frozen=True)
class Sheet:
    """A table with what a reader must know of it. Each row has one plain value for each column; None is not known.

    ``notes``: sentences below the table. ``address``: the page that shows it.
    """

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    notes: Sequence[str] = ()
    address: str = ""


def known(value: Cell) -> Cell:
    """The value; None in place of what is no number, so that NaN reaches no file."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def in_words(value: Cell, column: Column, unknown: str) -> str:
    """A cell as a reader wants it in print; ``unknown`` where nothing is known."""
    value = known(value)
    if value is None or value == "":
        return unknown if value is None else ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.{column.digits}f}" if column.digits is not None else f"{value:.4g}"
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value)
