"""What was measured beside what is wanted, as rows of a results file.

``ours``, ``peer`` and ``speedup`` (peer over ours, for rates ours over peer) as in the other results; where a time is
wanted, that time is the peer and the floor is 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

WORKERS = 4
START_MEDIAN, START_P95, PAGE, RATIO = 0.025, 0.100, 0.100, 0.9
Row = dict[str, Any]


def rows(parts: Mapping[str, Any]) -> list[Row]:
    """The rows of all parts that were measured; their names end in the database's."""
    found: list[Row] = []
    for name, figures in parts.items():
        part, _on, database = name.partition(" on ")
        found += MAKERS[part](figures, database)
    return found


def _start(figures: Any, database: str) -> Iterator[Row]:
    whole, answer = figures["whole"], figures["bare round trip"]
    yield _times(f"submit to start, median, {database}, beside what is wanted", whole["median"], START_MEDIAN, 1)
    yield _times(f"submit to start, p95, {database}, beside what is wanted", whole["p95"], START_P95, 1)
    name = f"submit to start, median, {database}, beside a bare Celery round trip"
    yield _times(name, whole["median"], answer["median"], None)


def _queue(figures: Any, database: str) -> Iterator[Row]:
    path, page = next(iter(figures["pages"].items()))
    name = f"{path} with {figures['cells']:,} queued cells, median, {database}, beside what is wanted"
    yield _times(name, page["median"], PAGE, 1)


def _rate(figures: Any, database: str) -> Iterator[Row]:
    yield {
        "work": f"runs a second, {WORKERS} workers, {database}, beside {WORKERS} times one worker",
        "ours": figures["many"],
        "peer": WORKERS * figures["one"],
        "speedup": figures["ratio"],
        "floor": RATIO,
    }


MAKERS = {"start": _start, "queue": _queue, "rate": _rate}


def _times(work: str, ours: float, peer: float, floor: float | None) -> Row:
    return {"work": work, "ours": ours, "peer": peer, "speedup": peer / ours, "floor": floor}


def told(found: list[Row]) -> Iterator[str]:
    """A line for each row that has a floor: reached or missed."""
    for row in found:
        if row["floor"] is not None:
            verdict = "reached" if row["speedup"] >= row["floor"] else "MISSED"
            yield f"{verdict:<8} {row['speedup']:.2f} of at least {row['floor']}: {row['work']}"
