"""A file of results that is measured part by part, and what stands in it beside the goals.

A row has ``ours``, ``peer`` and ``speedup`` (peer over ours, for rates ours over peer); where a time is wanted, that
time is the peer and the floor is 1.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks import machine

Row = dict[str, Any]


def times(work: str, ours: float, peer: float, floor: float | None) -> Row:
    """A row of two times in seconds."""
    return {"work": work, "ours": ours, "peer": peer, "speedup": peer / ours, "floor": floor}


def told(found: Iterable[Row]) -> Iterator[str]:
    """A line for each row that has a floor: reached or missed."""
    for row in found:
        if row["floor"] is not None:
            verdict = "reached" if row["speedup"] >= row["floor"] else "MISSED"
            yield f"{verdict:<8} {row['speedup']:.2f} of at least {row['floor']}: {row['work']}"


class Results:
    """``file`` as it stands, and what is added to it; ``rows`` makes the rows of all parts that were measured."""

    def __init__(self, file: Path, rows: Callable[[Mapping[str, Any]], list[Row]]) -> None:
        self.file, self._rows = file, rows
        self.found: dict[str, Any] = {"rows": [], "parts": {}}
        if self.file.is_file():
            self.found = json.loads(self.file.read_text())

    def add(self, part: str, figures: Mapping[str, Any]) -> None:
        """Note the figures of a part, in seconds, and what they come to beside the goals."""
        today = datetime.datetime.now(datetime.UTC).date().isoformat()
        about = {"date": today, "machine": machine.description(), "pace": machine.pace()}
        self.found["parts"][part] = {**about, **figures}
        self.found["rows"] = self._rows(self.found["parts"])
        self.file.parent.mkdir(exist_ok=True)
        self.file.write_text(json.dumps(self.found, indent=2, ensure_ascii=False) + "\n")
