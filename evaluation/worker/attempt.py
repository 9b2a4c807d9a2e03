"""One attempt of one run, from the claim to its rest: how each end of the runner becomes a state of the run."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _

from evaluation.actions import (
    LeaseLost,
    cells_fail,
    cells_left,
    run_elsewhere,
    run_end,
    run_out_of_memory,
    run_release,
)
from evaluation.checkpoints import CheckpointAbsentError
from evaluation.core.checkpoints import CheckpointError
from evaluation.core.protocol import Failed
from evaluation.files import log_file
from evaluation.worker.files import store_text
from evaluation.worker.job import Job
from evaluation.worker.persist import persist
from evaluation.worker.record import LONGEST_REASON
from evaluation.worker.spec import run_spec
from evaluation.worker.supervise import Cancelled, RunnerGone, RunnerHung, Supervision, WorkerStopped

if TYPE_CHECKING:
    from evaluation.worker.service import Worker

logger = logging.getLogger(__name__)

SUSPECT_LIMIT = 2
SAME_MOMENT = 1.0
"""Whoever ends a node may signal runner and worker at once; the worker may hear it a moment after its runner has."""


class Attempt:
    """Starts or reuses the runner, has it supervised, and settles what is left."""

    def __init__(self, worker: Worker, job: Job) -> None:
        self.worker = worker
        self.job = job
        self.supervision: Supervision | None = None

    def go(self) -> str:
        """Returns the run's state afterwards. Raises ``LeaseLost``."""
        try:
            return self._try()
        finally:
            self._keep_log()

    def _try(self) -> str:
        job = self.job
        if not job.cells:
            return self._end()
        try:
            spec = run_spec(job.lease, job.run, list(job.cells.values()), job.device.name, job.out)
        except CheckpointAbsentError as error:
            return self._elsewhere(str(error))
        except CheckpointError as error:
            self._fail(list(job.cells), str(error))
            return self._end()
        try:
            self.worker.make_room(spec.model)
            runner = self.worker.warm_runner()
            runner.log.clear()
            job.runner = runner
            self.supervision = Supervision(job, runner, spec, self.worker.stopping)
            self.supervision.go()
        except RunnerGone as gone:
            overdue = job.runner is not None and job.runner.silence > settings.RUN_LEASE_SECONDS
            self.worker.drop_runner()
            if self.worker.stopping(SAME_MOMENT):
                return self._stopped()
            return self._overdue() if overdue else self._crashed(str(gone))
        except RunnerHung:
            self.worker.drop_runner()
            seconds = self.supervision.limit if self.supervision else settings.RUN_SILENCE_SECONDS
            return self._crashed(_("The runner gave no sign of life for %(seconds)d s.") % {"seconds": seconds})
        except WorkerStopped:
            self.worker.drop_runner()
            return self._stopped()
        except Cancelled:
            self.worker.drop_runner()
            return self._end()
        except LeaseLost:
            raise
        except Exception as error:
            # Such as a full disk: the runner must not go on with a run that nobody supervises.
            logger.exception("run %s, attempt %s: the worker cannot go on", job.lease.run, job.lease.attempt)
            self.worker.drop_runner()
            return self._release(_("The worker could not go on: %(error)s.") % {"error": brief(error)})
        if said := self.supervision.record.elsewhere:
            self.worker.drop_runner()
            return self._elsewhere(said.reason, gated=said.cause == "gated")
        if spec.devices:  # what it holds on several devices would be in the way of their other runs
            self.worker.drop_runner()
        else:
            self.worker.holds(job.run, spec.model)
        return self._settle(self.supervision.record.retriable)

    def _settle(self, retriable: dict[int, Failed]) -> str:
        """The runner has finished: cells that are left want another try."""
        left = self._left()
        if not left:
            return self._end()
        self.worker.drop_runner()
        if self.worker.stopping(0 if retriable else SAME_MOMENT):
            return self._stopped()
        for_memory = {cell: said for cell, said in retriable.items() if cell in left and said.cause == "memory"}
        if for_memory:
            return self._smaller(for_memory)
        said = next((retriable[cell] for cell in left if cell in retriable), None)
        reason = said.reason if said else _("The runner finished without scoring everything.")
        return self._release(reason)

    def _stopped(self) -> str:
        """This worker is to end: the run goes back at once, and the attempt is not counted."""
        text = _("The worker on %(owner)s was stopped.") % {"owner": self.job.lease.owner}
        return self._release(text, counts=False)

    def _elsewhere(self, reason: str, gated: bool = False) -> str:
        """This node cannot have the checkpoint: the run waits for one that can."""
        lease, tail, node, said = self.job.lease, self.job.log_tail(), self.job.device.node, reason[:LONGEST_REASON]
        with self.job.rest():
            return persist(lambda: run_elsewhere(lease=lease, node=node, reason=said, gated=gated, log_tail=tail))

    def _smaller(self, failed: dict[int, Failed]) -> str:
        """A smaller batch, a larger device, or the end of these cells."""
        said = next(iter(failed.values()))
        lease, tail, cells = self.job.lease, self.job.log_tail(), list(failed)
        reason, loading = said.reason[:LONGEST_REASON], not said.cell
        with self.job.rest():
            return persist(
                lambda: run_out_of_memory(lease=lease, cells=cells, reason=reason, loading=loading, log_tail=tail)
            )

    def _overdue(self) -> str:
        """This worker stood still or was cut off for a lease, and its runner ended for that: no cell is to blame."""
        text = _("The worker on %(owner)s stood still or could not reach the database for longer than its lease.")
        suspects: dict[str, int] = self.job.progress.get("suspects", {})
        return self._release(text % {"owner": self.job.lease.owner}, progress={"suspects": suspects})

    def _crashed(self, how: str) -> str:
        """The runner died or hung. A cell in whose middle that happens twice fails by itself; the rest is retried."""
        cell = self.supervision.record.in_hand if self.supervision else None
        suspects: dict[str, int] = dict(self.job.progress.get("suspects", {}))
        row = self.job.cells.get(cell) if cell else None
        if row is None:
            return self._release(how, progress={"suspects": suspects})
        during = {"how": how, "task": row.task.name, "shots": row.num_fewshot}
        reason = _("%(how)s It was scoring %(task)s at %(shots)d shots.") % during
        suspects[str(cell)] = suspects.get(str(cell), 0) + 1
        if suspects[str(cell)] >= SUSPECT_LIMIT:
            self._fail([row.pk], _("%(reason)s That happened for the second time.") % {"reason": reason})
        return self._release(reason, progress={"suspects": suspects})

    def _left(self) -> set[int]:
        return persist(lambda: cells_left(lease=self.job.lease))

    def _fail(self, cells: list[int], reason: str) -> None:
        persist(lambda: cells_fail(lease=self.job.lease, cells=cells, reason=reason[:LONGEST_REASON]))

    def _end(self) -> str:
        with self.job.rest():
            return persist(lambda: run_end(lease=self.job.lease, log_tail=self.job.log_tail()))

    def _release(self, reason: str, **how: Any) -> str:
        lease, tail = self.job.lease, self.job.log_tail()
        with self.job.rest():
            return persist(lambda: run_release(lease=lease, reason=reason[:LONGEST_REASON], log_tail=tail, **how))

    def _keep_log(self) -> None:
        if self.job.runner and (text := self.job.runner.log.text()):
            try:
                store_text(text, log_file(self.job.lease.run, self.job.lease.attempt), self.job.given_up)
            except OSError as error:
                logger.warning("run %s: its log cannot be kept: %s", self.job.lease.run, error)


def brief(error: Exception) -> str:
    """An error in a few words for a page: no path of this machine, no lines of a database."""
    said = error.strerror if isinstance(error, OSError) else None
    return said or type(error).__name__
