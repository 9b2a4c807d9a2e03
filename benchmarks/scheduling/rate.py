"""How much faster four workers are than one: many short runs, each of which the fake runner takes 200 ms for.

One and four take turns, so that a machine that does other work meanwhile is met by both. The clock starts at the first
claim and stops at the last end, by the database's clock; loading is free, so that runs cost what scheduling them costs.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import Any

from django.db.models import Max, Min

from benchmarks.scheduling.goals import WORKERS
from benchmarks.scheduling.rows import Stock, queue, stock
from benchmarks.scheduling.workers import until, workers
from evaluation.actions.wake import wake
from evaluation.models import Device, Run

RUNS, SECONDS, ROUNDS = 200, 0.2, 3
DOCUMENTS = 4
LONGEST = 600.0


def rates(say: Callable[[str], None], runs: int = RUNS, rounds: int = ROUNDS) -> dict[str, Any]:
    """Runs a second of one worker and of four, and their ratio to four times one."""
    made = stock(models=8, devices=WORKERS)
    one: list[float] = []
    many: list[float] = []
    for number in range(rounds):
        one.append(_rate(made, made.devices[:1], runs // WORKERS, 2 * number))
        many.append(_rate(made, made.devices, runs, 2 * number + 1))
        each = f"one worker {one[-1]:.2f} runs a second, {WORKERS} workers {many[-1]:.2f}"
        say(f"  {each}: {_ratio(one[-1:], many[-1:]):.3f}")
    ratio = _ratio(one, many)
    return {"one": statistics.median(one), "many": statistics.median(many), "ratio": ratio, "rounds": [one, many]}


def _ratio(one: list[float], many: list[float]) -> float:
    """Of the medians: that of the many over as many times that of one."""
    return statistics.median(many) / (WORKERS * statistics.median(one))


def _rate(made: Stock, devices: list[Device], runs: int, number: int) -> float:
    with workers(devices, DOCUMENTS, SECONDS / DOCUMENTS):
        _settle(made, len(devices), number)
        first = queue(made, runs, generation=2 * number + 1)
        wake(len(devices))
        mine = Run.objects.filter(pk__gte=first)
        until(lambda: not mine.active().exists(), "all runs end", LONGEST, look=0.5)
    if badly := mine.exclude(state="done").count():
        raise RuntimeError(f"{badly} runs did not end well.")
    took = mine.aggregate(began=Min("started_at"), ended=Max("ended_at"))
    return float(runs / (took["ended"] - took["began"]).total_seconds())


def _settle(made: Stock, devices: int, number: int) -> None:
    """A few runs before the clock starts: every worker has its runner and its connections."""
    first = queue(made, 2 * devices, generation=2 * number)
    until(lambda: wake(devices) and not Run.objects.filter(pk__gte=first).active().exists(), "the first end", look=0.5)
