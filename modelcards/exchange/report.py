"""What an import made, or would make, of each card: the same words on the page, in the terminal and in files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from modelcards.exchange.cells import guarded
from modelcards.tables import RowError

NEW, CHANGED, UNCHANGED, REFUSED = OUTCOMES = ("new", "changed", "unchanged", "refused")
LONGEST_VALUE = 300
MOST_CHANGES = 200


@dataclass(frozen=True)
class Change:
    """One field of a card, before and after."""

    field: str
    old: str
    new: str


@dataclass(frozen=True)
class Outcome:
    """What became of one card of a file. ``parents``: the addresses of the base models that it names."""

    outcome: str
    file: str
    line: int
    slug: str = ""
    name: str = ""
    changes: Sequence[Change] = ()
    errors: Sequence[RowError] = ()
    notes: Sequence[RowError] = ()
    parents: Sequence[str] = ()

    def details(self) -> dict[str, Any]:
        """Changes, errors and notes as plain data; long values are shown by their beginning."""
        changes = [[one.field, short(one.old), short(one.new)] for one in self.changes[:MOST_CHANGES]]
        rows = {"errors": self.errors[:50], "notes": self.notes[:50]}
        return {"changes": changes, **{key: [asdict(row) for row in some] for key, some in rows.items()}}

    def document(self) -> dict[str, Any]:
        """The outcome as an entry of the report's JSON."""
        place = {"outcome": self.outcome, "slug": self.slug, "name": self.name, "file": self.file, "line": self.line}
        return {**place, **self.details()}


def refused(error_rows: Sequence[RowError], *, name: str = "", slug: str = "") -> Outcome:
    """A card that was not taken, with the reasons."""
    first = error_rows[0]
    return Outcome(REFUSED, first.file, first.line, slug, name, errors=tuple(error_rows))


def short(value: str) -> str:
    """A value as a report shows it."""
    return value if len(value) <= LONGEST_VALUE else f"{value[:LONGEST_VALUE]}…"


def report_rows(document: dict[str, Any]) -> Iterable[list[Any]]:
    """One line of the report's CSV for each change, error and note; one for a card with none."""
    head = [document["outcome"], document["slug"], document["name"], document["file"]]
    rows = [[*head, document["line"], field, old, new, ""] for field, old, new in document["changes"]]
    rows += [[*head, one["line"], one["column"], "", "", one["reason"]] for one in document["errors"]]
    rows += [
        [*head, one["line"], one["column"], "", "", _("note: %(reason)s") % {"reason": one["reason"]}]
        for one in document["notes"]
    ]
    return rows or [[*head, document["line"], "", "", "", ""]]


REPORT_COLUMNS = ["outcome", "slug", "name", "file", "line", "field", "old", "new", "reason"]


def csv_line(cells: Sequence[Any]) -> str:
    """One line of CSV; cells that a spreadsheet would run as a formula are made text."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow([guarded(str(cell)) for cell in cells])
    return buffer.getvalue()
