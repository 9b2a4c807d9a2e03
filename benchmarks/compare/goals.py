"""What was measured beside what is wanted, as rows of a results file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.results_file import Row, times

WARM, COLD, SAMPLES = 0.3, 2.0, 0.2
FASTER, ERRORS, EXACT = 20, 3, 1e-9
WORK = "eight models, ten tasks of 10,000 documents, all pairs tested"


def rows(parts: Mapping[str, Any]) -> list[Row]:
    """The rows of all parts that were measured."""
    return [row for name, figures in parts.items() for row in MAKERS[name](figures)]


def _cold(figures: Any) -> Iterator[Row]:
    for name, found in figures["pages"].items():
        wanted = SAMPLES if "samples" in name else COLD
        floor = None if "samples" in name else 1
        work = f"{name} of a new process, imports excluded, beside what is wanted"
        yield times(work, found[figures["clock"]]["median"], wanted, floor)


def _warm(figures: Any) -> Iterator[Row]:
    for name, found in figures["pages"].items():
        work = f"{name}, {WORK}, warm, median, beside what is wanted"
        yield times(work, found[figures["clock"]]["median"], WARM, 1)


def _samples(figures: Any) -> Iterator[Row]:
    for name, found in figures["pages"].items():
        work = f"samples of eight models side by side, {name}, median, beside what is wanted"
        yield times(work, found[figures["clock"]]["median"], SAMPLES, 1)


def _tests(figures: Any) -> Iterator[Row]:
    pairs = figures["means"]["pairs"]
    slowest = min(pairs, key=lambda one: one["scipy"] / one["ours"])
    work = f"a paired test of a mean, the slowest of {len(pairs)}, beside SciPy's permutation_test"
    yield times(work, slowest["ours"], slowest["scipy"], FASTER)
    furthest = max(one["errors"] for one in pairs)
    yield _bound("largest distance of a p-value from SciPy's, in Monte Carlo errors", furthest, ERRORS)
    yield _bound("largest distance of an exact p-value from binomtest's", figures["shares"]["apart"], EXACT)


def _bound(work: str, found: float, most: float) -> Row:
    """A number that must not be larger than another."""
    return times(work, found, most, 1) if found else {**times(work, 1, 1, 1), "ours": 0.0, "peer": most}


MAKERS = {"cold": _cold, "warm": _warm, "samples": _samples, "tests": _tests}
