"""Signs of life, progress and cancelling of the cell in hand.

The model's own methods call ``beat`` before every forward pass and ``answered`` for every request that has its answer.
Both run on the thread that computes: when the computation hangs, the events stop, which is how a worker finds out.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from evaluation.core.protocol import Message, Phase, Progress
from evaluation.runner.failures import CancelError

BEAT_SECONDS = 5.0
PROGRESS_SECONDS = 0.5


class Pulse:
    """Sends through ``emit``; asks ``stopped(run, cell)`` whether to go on."""

    def __init__(self, emit: Callable[[Message], None], stopped: Callable[[str, str], bool]) -> None:
        self._emit = emit
        self._stopped = stopped
        self._run = self._cell = self._phase = ""
        self._documents = self._answers = self._shown = 0
        self._requests = 1
        self.between: Callable[[], None] = lambda: None
        """Done before each forward pass: what the one before it gave can be put away."""
        self._began = self._said = 0.0

    def enter(self, run: str, cell: str = "") -> None:
        """What follows belongs to this run and cell."""
        self._run, self._cell = run, cell
        self._documents = 0
        self.check()

    def phase(self, name: str) -> None:
        """Work without documents begins: ``loading``, ``tasks``, ``requests``, ``metrics``."""
        self._phase, self._documents = name, 0
        self._say()

    def count(self, documents: int, requests: int) -> None:
        """The model begins to answer ``requests`` that belong to ``documents``."""
        self._documents, self._requests = documents, max(requests, 1)
        self._answers, self._shown = 0, -1
        self._began = time.monotonic()
        self._say()

    def count_parts(self, parts: int) -> None:
        """The requests come in so many parts, and ``answered`` counts those."""
        self._requests, self._answers = max(parts, 1), 0

    def beat(self) -> None:
        """Still computing. Raises CancelError when the asker wants no more of it."""
        self.between()
        self.check()
        self.sign()

    def sign(self) -> None:
        """Still computing, where a stop would leave something half done: the next ``beat`` hears of it."""
        if time.monotonic() - self._said >= BEAT_SECONDS:
            self._say()

    def answered(self, requests: int = 1) -> None:
        """So many more requests have their answer."""
        self._answers = min(self._answers + requests, self._requests)
        whole = self._answers == self._requests
        if self._done() != self._shown and (whole or time.monotonic() - self._said >= PROGRESS_SECONDS):
            self._say()

    def check(self) -> None:
        """Raise CancelError when the asker wants no more of the run or cell in hand."""
        if self._run and self._stopped(self._run, self._cell):
            raise CancelError

    def _done(self) -> int:
        return self._documents * self._answers // self._requests

    def _say(self) -> None:
        now = time.monotonic()
        self._said = now
        if not self._documents:
            self._emit(Phase(self._run, self._phase, self._cell))
            return
        self._shown = self._done()
        self._emit(Progress(self._run, self._cell, self._shown, self._documents, round(now - self._began, 3)))
