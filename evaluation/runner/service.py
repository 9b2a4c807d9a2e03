"""Runs: one after the other, the checkpoint kept in memory between them."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from evaluation.core.checkpoints import CheckpointError
from evaluation.core.protocol import Failed, Finished, Message, RunSpec, Started
from evaluation.runner.bootstrap import keep_alive
from evaluation.runner.cell import CellWork, score_cell
from evaluation.runner.failures import CancelError, ScoringError, detail, device_fault, explain
from evaluation.runner.keeping import open_store
from evaluation.runner.loading import Loaded, Shelf
from evaluation.runner.pulse import Pulse
from evaluation.runner.quiet import hide_bars
from evaluation.runner.spread import Place
from evaluation.runner.tasks import Tasks


class Service:
    """Scores the cells of runs. Built when the first run comes: it is what imports torch and lm-eval."""

    def __init__(self, emit: Callable[[Message], None], stopped: Callable[[str, str], bool]) -> None:
        hide_bars()
        self._emit = emit
        self._stopped = stopped
        self._pulse = Pulse(emit, stopped)
        self._tasks = Tasks()
        self.shelf = Shelf(self._pulse)
        self.broken = False
        """A fault of the device was seen: this process can compute nothing more and should end."""
        keep_alive(self._pulse)

    def run(self, spec: RunSpec) -> bool:
        """Score every cell of ``spec`` and say how it went. Gives whether all of them were scored."""
        began = time.monotonic()
        try:
            loaded = self._load(spec)
        except CancelError:
            return self._finish(spec, 0, 0, began)
        except Exception as error:  # noqa: BLE001 — whatever loading raises is the run's failure, not the process's
            self._fail(spec, "", error)
            self.shelf.clear()
            return self._finish(spec, 0, len(spec.cells), began)
        done = failed = 0
        store = open_store(spec.answers, spec.answers_bytes, log)
        for cell in spec.cells:
            if self.broken:
                break
            try:
                score_cell(cell, CellWork(spec, loaded, self._tasks, self._pulse, self._emit, store))
                done += 1
            except CancelError:
                continue
            except Exception as error:  # noqa: BLE001 — one cell's failure leaves the others
                failed += 1
                self._fail(spec, cell.cell, error)
        if store is not None:
            store.close()
        self.shelf.used_at = time.monotonic()
        return self._finish(spec, done, failed, began)

    def unload_after(self, idle_seconds: float) -> None:
        """Free the checkpoint when it was not used for so long."""
        if self.shelf.holds() and time.monotonic() - self.shelf.used_at > idle_seconds:
            self.shelf.clear()

    def _load(self, spec: RunSpec) -> Loaded:
        began = time.monotonic()
        self._pulse.enter(spec.run)
        loaded, reused = self.shelf.get(spec.model, Place.of(spec), spec.batch_size)
        seconds = round(time.monotonic() - began, 3)
        length = int(loaded.lm.max_length)
        self._emit(Started(spec.run, loaded.parameters, loaded.dtype, length, reused, seconds))
        return loaded

    def _fail(self, spec: RunSpec, cell: str, error: Exception) -> None:
        said = explain(error)
        # Where the sentence says all, a trace would only hide it in the log that people read.
        expected = isinstance(error, (ScoringError, CheckpointError)) and error.__cause__ is None
        trace = "" if expected else detail(error)
        if trace:
            print(trace, file=sys.stderr, flush=True)
        self.broken = self.broken or device_fault(error)
        self._emit(Failed(spec.run, said.cause, said.reason, cell, trace))

    def _finish(self, spec: RunSpec, done: int, failed: int, began: float) -> bool:
        cancelled = self._stopped(spec.run, "")
        self._emit(Finished(spec.run, done, failed, cancelled, round(time.monotonic() - began, 3)))
        return done == len(spec.cells)


def log(said: str) -> None:
    """A line in the log of the run."""
    print(said, file=sys.stderr, flush=True)
