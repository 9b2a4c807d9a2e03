"""What was measured beside what is wanted, as rows of a results file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.results_file import Row, times

WORKERS = 4
START_MEDIAN, START_P95, PAGE, RATIO = 0.025, 0.100, 0.100, 0.9


def rows(parts: Mapping[str, Any]) -> list[Row]:
    """The rows of all parts that were measured; their names end in the database's."""
    found: list[Row] = []
    for name, figures in parts.items():
        part, _on, database = name.partition(" on ")
        found += MAKERS[part](figures, database)
    return found


def _start(figures: Any, database: str) -> Iterator[Row]:
    whole, answer = figures["whole"], figures["bare round trip"]
    yield times(f"submit to start, median, {database}, beside what is wanted", whole["median"], START_MEDIAN, 1)
    yield times(f"submit to start, p95, {database}, beside what is wanted", whole["p95"], START_P95, 1)
    name = f"submit to start, median, {database}, beside a bare Celery round trip"
    yield times(name, whole["median"], answer["median"], None)


def _queue(figures: Any, database: str) -> Iterator[Row]:
    path, page = next(iter(figures["pages"].items()))
    name = f"{path} with {figures['cells']:,} queued cells, median, {database}, beside what is wanted"
    yield times(name, page["median"], PAGE, 1)


def _rate(figures: Any, database: str) -> Iterator[Row]:
    yield {
        "work": f"runs a second, {WORKERS} workers, {database}, beside {WORKERS} times one worker",
        "ours": figures["many"],
        "peer": WORKERS * figures["one"],
        "speedup": figures["ratio"],
        "floor": RATIO,
    }


MAKERS = {"start": _start, "queue": _queue, "rate": _rate}
