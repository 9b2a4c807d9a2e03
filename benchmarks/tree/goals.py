"""What was measured beside what is wanted, as rows of a results file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.results_file import Row, times

LAYOUT, PAGE, DRAWN = 0.15, 0.3, 2.0
BYTES = 1_500_000
EXPONENT = 1.25
"""Between 250 and 4,000 models, ``n log n`` has a slope of 1.15."""


def rows(parts: Mapping[str, Any]) -> list[Row]:
    """The rows of all parts that were measured."""
    return [row for name, figures in parts.items() for row in MAKERS[name](figures)]


def _layout(figures: Any) -> Iterator[Row]:
    clock = figures["clock"]
    seconds = figures["sizes"]["2000"][clock]["median"]
    yield times("layout of 2,000 visible models, median, beside what is wanted", seconds, LAYOUT, 1)
    name = f"layout of 20,000 models as {figures['collapsed']['chips']:,} series, median, beside what is wanted"
    yield times(name, figures["collapsed"][clock]["median"], LAYOUT, 1)
    yield times("exponent of the layout's growth from 250 to 4,000 models", figures["exponent"], EXPONENT, 1)


def _cold(figures: Any) -> Iterator[Row]:
    """A new process reads the index and fills every template: that is said, and nothing is wanted of it."""
    for name, found in figures["pages"].items():
        work = f"/tree/, {name}, first page of a new process, imports excluded, beside what is wanted"
        yield times(work, found[figures["clock"]]["median"], PAGE, None)


def _warm(figures: Any) -> Iterator[Row]:
    for name, found in figures["pages"].items():
        clock = figures["clock"]
        yield times(f"/tree/, {name}, warm, median, beside what is wanted", found[clock]["median"], PAGE, 1)
        work = f"/tree/, {name}, after a card was changed, median, beside what is wanted"
        yield times(work, found["changed"][clock]["median"], PAGE, 1)
        work = f"bytes of the figure, {name}, {found['chips']:,} chips, beside what is wanted"
        yield times(work, found["bytes"]["tree-figure"], BYTES, 1)


def _drawn(figures: Any) -> Iterator[Row]:
    for name, found in figures["pages"].items():
        for visit, words in (("new", "a browser's first visit"), ("again", "scripts in the browser's cache")):
            work = f"/tree/, {name}, drawn in Chromium, {words}, median, beside what is wanted"
            yield times(work, found[visit][figures["clock"]]["median"], DRAWN, 1)


MAKERS = {"layout": _layout, "cold": _cold, "warm": _warm, "drawn": _drawn}
