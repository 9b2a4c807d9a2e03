"""Events of a runner become rows."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from evaluation.actions import (
    LeaseLost,
    Outcome,
    StoredFile,
    cell_done,
    cell_progress,
    cell_start,
    cells_fail,
    device_speed,
)
from evaluation.core import protocol
from evaluation.core.protocol import FileRef, Message
from evaluation.files import prompts_file, samples_file
from evaluation.models import PromptSet
from evaluation.worker.files import FileDamaged, discard, is_stored, store
from evaluation.worker.job import Job
from evaluation.worker.persist import persist

PROGRESS_SECONDS = 1.0
WORTH_ANOTHER_TRY = ("memory", "internal")
ELSEWHERE = ("absent", "gated")
LONGEST_REASON = 2000


@dataclass
class Pending:
    """What has come of a cell that is not done yet."""

    samples: protocol.SamplesWritten | None = None
    done: protocol.TaskDone | None = None
    warnings: list[str] = field(default_factory=list)


class Record:
    """Writes the rows of one attempt. ``retriable``: cells that failed in a way that another try may mend.

    ``elsewhere``: why this machine cannot have the checkpoint, where another one may.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self.retriable: dict[int, protocol.Failed] = {}
        self.elsewhere: protocol.Failed | None = None
        self.in_hand: int | None = None
        self._pending: dict[int, Pending] = {}
        self._started: dict[int, protocol.TaskStarted] = {}
        self._over: set[int] = set()
        self._shown = 0.0

    def take(self, event: Message) -> None:
        """Store one event. Raises ``LeaseLost``."""
        cell = self._cell(event)
        match event:
            case protocol.Started():
                self._say(phase="tasks", reused=event.reused, load_seconds=event.seconds)
                self._log("load", loaded(event))
            case protocol.Phase():
                self._say(phase=event.phase, cell=cell)
            case protocol.Warned():
                self._warn(cell, event.message)
            case protocol.Failed():
                self._fail(cell, event)
            case protocol.Finished():
                self._say(phase="finished")
            case _ if cell is not None:
                self._of_cell(cell, event)

    def _of_cell(self, cell: int, event: Message) -> None:
        match event:
            case protocol.TaskStarted():
                self._started[cell] = event
                lease, documents = self.job.lease, event.documents
                persist(lambda: cell_start(lease=lease, cell=cell, documents=documents))
                self._say(phase="scoring", cell=cell, done=0, total=documents)
                self._log("task", f"{documents:,} documents, {event.requests:,} requests", cell)
            case protocol.Progress():
                self._progress(cell, event)
            case protocol.SamplesWritten():
                self._of(cell).samples = event
                self._complete(cell)
            case protocol.TaskDone():
                self._of(cell).done = event
                self._complete(cell)

    def _cell(self, event: Message) -> int | None:
        """The cell that an event is about, when it is one of ours."""
        name = getattr(event, "cell", "")
        known = int(name) if name.isdecimal() and int(name) in self.job.cells else None
        if known is not None:
            self.in_hand = known
        return known

    def _of(self, cell: int) -> Pending:
        return self._pending.setdefault(cell, Pending())

    def _log(self, kind: str, text: str, cell: int | None = None) -> None:
        """A line of our own between what the runner prints, with the time of day in UTC."""
        if self.job.runner is None:
            return
        row = self.job.cells.get(cell) if cell is not None else None
        about = f"{row.task.name}, {row.num_fewshot}-shot: " if row else ""
        self.job.runner.log.add(f"{time.strftime('%H:%M:%S', time.gmtime())} {kind:<8} {about}{text}")

    def _say(self, *, cell: int | None = None, **now: Any) -> None:
        """What pages show until the next event; stored with the heartbeat and with progress."""
        kept = {name: self.job.progress[name] for name in ("suspects",) if name in self.job.progress}
        if cell is not None:
            row = self.job.cells[cell]
            now |= {"cell": cell, "task": row.task.name, "num_fewshot": row.num_fewshot}
        self.job.progress = kept | now

    def _progress(self, cell: int, event: protocol.Progress) -> None:
        rate = round(event.done / event.seconds, 3) if event.done and event.seconds else None
        left = self._seconds_left(cell, event, rate)
        self._say(phase="scoring", cell=cell, done=event.done, total=event.total, rate=rate, seconds_left=left)
        if time.monotonic() - self._shown < PROGRESS_SECONDS:
            return
        self._shown = time.monotonic()
        lease, said, tail, done, total = self.job.lease, self.job.progress, self.job.log_tail(), event.done, event.total
        persist(lambda: cell_progress(lease=lease, cell=cell, done=done, total=total, progress=said, log_tail=tail))

    def _seconds_left(self, cell: int, event: protocol.Progress, rate: float | None) -> float | None:
        """This cell's and the following cells' documents at the pace of now; ``None`` while one is not counted."""
        later = [row for pk, row in self.job.cells.items() if pk != cell and pk not in self._over]
        counts = [row.documents_total for row in later]
        if not rate or None in counts:
            return None
        documents = event.total - event.done + sum(count or 0 for count in counts)
        return round(documents / rate, 1)

    def _warn(self, cell: int | None, message: str) -> None:
        self._log("warning", message, cell)
        if cell is not None:
            self._of(cell).warnings.append(message)

    def _fail(self, cell: int | None, event: protocol.Failed) -> None:
        """One cell, or all that are left, unless another try may mend it."""
        lease = self.job.lease
        self._log("failed", event.reason, cell)
        cells = list(self.job.cells) if cell is None else [cell]
        self._over.update(cells)
        if event.cause in ELSEWHERE:
            self.elsewhere = event
            return
        if event.cause in WORTH_ANOTHER_TRY:
            self.retriable |= dict.fromkeys(cells, event)
            return
        reason = event.reason[:LONGEST_REASON]
        persist(lambda: cells_fail(lease=lease, cells=cells, reason=reason))

    def _complete(self, cell: int) -> None:
        """Store scores and samples together, once both have come."""
        pending = self._of(cell)
        if pending.samples is None or pending.done is None:
            return
        del self._pending[cell]
        self._over.add(cell)
        if pending.done.num_fewshot != self.job.cells[cell].num_fewshot:
            self._fail_shots(cell, pending.done.num_fewshot)
            return
        try:
            outcome = self._outcome(cell, pending.samples, pending.done, pending.warnings)
        except FileDamaged as error:
            self.retriable[cell] = protocol.Failed("", "internal", f"The samples did not arrive: {error}.")
            return
        lease = self.job.lease
        try:
            stored = persist(lambda: cell_done(lease=lease, cell=cell, outcome=outcome))
        except LeaseLost:
            discard(outcome.samples.file)
            raise
        if stored:
            scores = ", ".join(
                f"{result.metric} {result.value:.4f}" for result in outcome.results if result.value is not None
            )
            self._log("done", f"{scores}; {pending.done.seconds:.1f} s, samples stored", cell)
            self._learn_speed(cell, pending.done)
        else:
            discard(outcome.samples.file)

    def _fail_shots(self, cell: int, used: int) -> None:
        """The harness used other shots than the cell stands for; its row must not say otherwise."""
        text = _("The task fixes %(used)d shots where %(asked)d were asked for. Run sync_tasks and ask again.")
        reason = text % {"used": used, "asked": self.job.cells[cell].num_fewshot}
        lease = self.job.lease
        persist(lambda: cells_fail(lease=lease, cells=[cell], reason=reason))

    def _outcome(
        self, cell: int, samples: protocol.SamplesWritten, done: protocol.TaskDone, warnings: list[str]
    ) -> Outcome:
        lease = self.job.lease
        made_with = {**done.made_with, "device": str(self.job.device)}
        if "batch_size" in made_with:  # as it was asked for; where a server computes, it has its own
            made_with["batch_size"] = self.job.run.batch_size
        if warnings:
            made_with["warnings"] = warnings
        prompts = self._prompts(samples.prompts)
        name = samples_file(lease.run, lease.attempt, cell)
        answers = store(samples.outcomes, self.job.out, name, self.job.given_up)
        weights = self.job.run.checkpoint.sha256  # as the run was told; the runner loads no others
        return Outcome(done.results, prompts, answers, done.num_fewshot, done.seconds, made_with, weights)

    def _prompts(self, ref: FileRef) -> StoredFile:
        """Prompts are the same for every model: one file for all."""
        known = PromptSet.objects.filter(key=ref.key, removed_at=None).first()
        if known is not None and is_stored(known.file):
            return StoredFile(known.file, known.sha256, known.rows, known.key)
        return store(ref, self.job.out, prompts_file(ref.key), self.job.given_up)

    def _learn_speed(self, cell: int, done: protocol.TaskDone) -> None:
        started = self._started.get(cell)
        if started is not None:
            kind, documents = started.output_type, started.documents
            persist(
                lambda: device_speed(
                    device=self.job.device, output_type=kind, documents=documents, seconds=done.seconds
                )
            )


def loaded(event: protocol.Started) -> str:
    """What the runner holds now, for the log."""
    how = "still there" if event.reused else f"took {event.seconds:.1f} s"
    if event.dtype == protocol.SERVED:
        return f"the server answers, texts have {event.max_length:,} tokens at most; {how}"
    return f"{event.parameters:,} parameters, {event.dtype}; {how}"
