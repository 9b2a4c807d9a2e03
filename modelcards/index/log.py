"""Reading the change log: what it says last, and what it says since a mark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from modelcards.models import ChangeMark

LOG = ChangeMark._meta.db_table
Mark = tuple[int, int]
START: Mark = (0, 0)
# With more lines than this to catch up on, a fresh start is quicker.
MOST = 20_000


@dataclass(frozen=True)
class Line:
    """One line of the log."""

    version: int
    nonce: int
    card: int | None

    @property
    def mark(self) -> Mark:
        """What tells this line from every other that ever was."""
        return self.version, self.nonce


def newest() -> Mark:
    """The last line's mark; ``START`` where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT version, nonce FROM {LOG} ORDER BY version DESC LIMIT 1")
        row = cursor.fetchone()
    return (int(row[0]), int(row[1])) if row else START


def since(version: int) -> list[Line]:
    """The lines from this version on, itself included; at most one more than ``MOST``."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT version, nonce, card_id FROM {LOG} WHERE version >= %s ORDER BY version LIMIT %s",
            [version, MOST + 2],
        )
        return [Line(*row) for row in cursor.fetchall()]


def stands(mark: Mark) -> bool:
    """Whether the log holds this line, or nothing was ever taken from its beginning and the mark is the start."""
    with connection.cursor() as cursor:
        if mark == START:
            cursor.execute(f"SELECT min(version) FROM {LOG}")
            return cursor.fetchone()[0] in (None, 1)
        cursor.execute(f"SELECT nonce FROM {LOG} WHERE version = %s", [mark[0]])
        row = cursor.fetchone()
    return row is not None and row[0] == mark[1]


def last_standing(marks: Sequence[Mark]) -> int | None:
    """The place of the last of these marks that the log still holds; None where none does."""
    return next((place for place in reversed(range(len(marks))) if stands(marks[place])), None)
