"""From submitting to the start of work: one worker that is idle and has the checkpoint loaded, one cell at a time.

The clock starts at the call of ``evaluation_submit`` (planning, all rows, their commit and the wake-up are counted) and
stops when the runner reads the command. Between two of these the bare Celery worker is asked once, so that both sides
meet the same machine. Processor time of a submission is told too: a machine that does other work lengthens it less.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User

from benchmarks.scheduling import bare
from benchmarks.scheduling.rows import Stock, stock
from benchmarks.scheduling.workers import Trace, processor, until, workers
from benchmarks.times import line, medians
from evaluation.actions import evaluation_submit
from evaluation.core.request import EvaluationRequest
from evaluation.models import Device, Run

WARM, TIMES = 5, 100
PAUSE = 0.1


@dataclass(frozen=True)
class Start:
    """Seconds of one submission: the call, by the clock and by the processor; until the claim; until the start."""

    call: float
    processor: float
    claim: float
    whole: float


def starts(say: Callable[[str], None], times: int = TIMES) -> dict[str, Any]:
    """Medians and 95th percentiles of submissions and of the bare Celery round trip."""
    made, trace = stock(models=1, devices=1), Trace()
    folder = Path(settings.HUB_DATA_DIR)
    with bare.worker(folder) as plain, workers(made.devices, documents=1, pace=0.0) as (ours,):
        list(_submissions(made, trace, range(WARM)))
        before = processor(ours), processor(plain)
        found = list(_submissions(made, trace, range(WARM, WARM + times)))
        used = (processor(ours) - before[0]) / times, (processor(plain) - before[1]) / times
    found_starts, answers = [start for start, _answer in found], [answer for _start, answer in found]
    figures: dict[str, Any] = {
        "whole": medians([start.whole for start in found_starts]),
        "call": medians([start.call for start in found_starts]),
        "claim": medians([start.claim for start in found_starts]),
        "bare": medians([there for there, _back in answers]),
        "bare round trip": medians([back for _there, back in answers]),
    }
    for name, text in NAMES.items():
        say(f"  {text:<48} {line(figures[name])}")
    called = statistics.median(start.processor for start in found_starts)
    figures["processor"] = {"call": called, "worker": used[0], "bare worker": used[1]}
    told = ", ".join(f"{name} {seconds * 1000:.1f} ms" for name, seconds in figures["processor"].items())
    say(f"  processor, of a submission and its whole run: {told}")
    return figures


NAMES = {
    "whole": "submit to start",
    "call": "of it the call alone, wake-up sent",
    "claim": "submit to claim",
    "bare": "bare Celery: sent to begun",
    "bare round trip": "bare Celery: sent to answered",
}


def _submissions(made: Stock, trace: Trace, numbers: range) -> Iterator[tuple[Start, tuple[float, float]]]:
    for number in numbers:
        answer = bare.ask()
        yield submit(made.person, made.request(limit=number + 1), trace), answer


def submit(person: User, request: EvaluationRequest, trace: Trace) -> Start:
    """Submit one cell, wait until it is done and its worker idle again."""
    wall, worked, began = time.time(), time.process_time(), time.monotonic()
    submission = evaluation_submit(user=person, request=request)
    called, worked = time.monotonic(), time.process_time() - worked
    run = Run.objects.get(cells__evaluations=submission.evaluation)
    started = until(lambda: trace.start_of(run.pk), "the runner begins")
    until(lambda: Run.objects.filter(pk=run.pk, state="done").exists(), "the run is done")
    until(lambda: not Device.objects.filter(run__isnull=False).exists(), "the device is free")
    time.sleep(PAUSE)
    run.refresh_from_db()
    assert run.started_at is not None
    return Start(called - began, worked, run.started_at.timestamp() - wall, started - began)
