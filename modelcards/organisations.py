"""Other names of organisations: in other scripts, or written out. A search for any of them finds their models."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from modelcards.values import parse_names

FILE = Path(__file__).parent / "data" / "organisation_names.csv"


def other_names(organisation: str) -> tuple[str, ...]:
    """How else this organisation is called; none where the file does not know it."""
    return _names().get(organisation, ())


@cache
def _names() -> dict[str, tuple[str, ...]]:
    with FILE.open(encoding="utf-8", newline="") as lines:
        return {row["organisation"]: tuple(parse_names(row["other_names"])) for row in csv.DictReader(lines)}
