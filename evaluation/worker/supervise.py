"""Sees one run through: tells the runner what to score, stores what it says, notices when it says nothing."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings

from evaluation.actions import LeaseLost
from evaluation.core import protocol
from evaluation.core.protocol import CancelCommand, Message, RunCommand, RunSpec
from evaluation.worker.job import Job
from evaluation.worker.record import Record
from evaluation.worker.runner_process import RunnerGone, RunnerProcess

LOOK_SECONDS = 0.5
QUIET_PHASES = ("loading", "tasks")  # a checkpoint, or a data set that is prepared for the first time
CANCEL_SECONDS = 60
STOP_SECONDS = 3.0
"""A worker that ends waits so long for its runner to finish the batch in hand; ``manage.py node`` waits twice that."""


class RunnerHung(Exception):  # noqa: N818
    """The runner lives and gives no sign of life."""


class WorkerStopped(Exception):  # noqa: N818
    """This worker was told to end."""


class Cancelled(Exception):  # noqa: N818
    """The run was cancelled and its runner did not stop by itself."""


class Supervision:
    """One attempt of one run on one runner."""

    def __init__(self, job: Job, runner: RunnerProcess, spec: RunSpec, stopping: Callable[[], bool]) -> None:
        self.job = job
        self.runner = runner
        self.spec = spec
        self.stopping = stopping
        self.record = Record(job)
        self.limit: float = settings.RUN_LOAD_SECONDS
        self.heard = time.monotonic()
        self.cancelled_at: float | None = None
        self.stopped_at: float | None = None
        self.dropped: set[int] = set()

    def go(self) -> None:
        """Until the runner has finished. Raises how else it may end: hung, gone, lost, stopped, cancelled."""
        self.runner.send(RunCommand(self.spec))
        finished = False
        while not finished:
            self._look()
            event = self.runner.next_event(LOOK_SECONDS if self.stopped_at is None else LOOK_SECONDS / 5)
            if event is not None:
                finished = self._take(event)
            elif time.monotonic() - self.heard > self.limit:
                raise RunnerHung
        if self.stopped_at is not None:
            raise WorkerStopped

    def _stop(self) -> None:
        """Have the runner stop between two batches, so that what it has answered is kept; wait for that a moment."""
        if self.stopped_at is None:
            self.stopped_at = time.monotonic()
            self.runner.send(CancelCommand(self.spec.run))
        elif time.monotonic() - self.stopped_at > STOP_SECONDS:
            raise WorkerStopped

    def _take(self, event: Message) -> bool:
        """Store an event; returns whether it was the last. One of another run is left over and counts for nothing."""
        if isinstance(event, protocol.Warned) and not event.run:
            self.runner.log.add(f"[runner] {event.message}")
        if getattr(event, "run", "") != self.spec.run:
            return False
        self.heard = time.monotonic()
        quiet = isinstance(event, protocol.Phase) and event.phase in QUIET_PHASES
        self.limit = settings.RUN_LOAD_SECONDS if quiet else settings.RUN_SILENCE_SECONDS
        self.record.take(event)
        return isinstance(event, protocol.Finished)

    def _look(self) -> None:
        """Act on what the heartbeat has read."""
        if self.job.lost:
            raise LeaseLost
        if self.stopping():
            self._stop()
        if self.job.wishes.cancel and self.cancelled_at is None:
            self.cancelled_at = time.monotonic()
            self.runner.send(CancelCommand(self.spec.run))
        for cell in self.job.wishes.dropped - self.dropped:
            self.dropped.add(cell)
            self.runner.send(CancelCommand(self.spec.run, str(cell)))
        if self.cancelled_at is not None and time.monotonic() - self.cancelled_at > CANCEL_SECONDS:
            raise Cancelled


__all__ = ["Cancelled", "RunnerGone", "RunnerHung", "Supervision", "WorkerStopped"]
