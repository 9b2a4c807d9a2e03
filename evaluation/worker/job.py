"""The run in hand, as the thread that supervises it and the heartbeat share it."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evaluation.actions import Lease, Wishes
from evaluation.core.protocol import KeepCommand
from evaluation.core.series import Series
from evaluation.models import Cell, Device, Run
from evaluation.worker.runner_process import RunnerGone, RunnerProcess
from evaluation.worker.spec import run_label


@dataclass
class Job:
    """``wishes``, ``use`` and ``lost`` are set by the heartbeat, ``progress`` and ``runner`` by the supervisor."""

    lease: Lease
    run: Run
    cells: dict[int, Cell]
    device: Device
    out: Path
    runner: RunnerProcess | None = None
    progress: dict[str, Any] = field(default_factory=dict)
    wishes: Wishes = field(default_factory=lambda: Wishes(False, frozenset()))
    lost: bool = False
    over: bool = False
    stopping: Callable[[], bool] = lambda: False
    use: Series = field(default_factory=Series)
    began: float = field(default_factory=time.monotonic)
    _resting: threading.Lock = field(default_factory=threading.Lock)

    @property
    def label(self) -> str:
        """The run's name on the wire."""
        return run_label(self.lease)

    @contextmanager
    def rest(self) -> Iterator[None]:
        """The last write of the run: no heartbeat comes between it and the knowledge that the run is over."""
        with self._resting:
            yield
            self.over = True

    @contextmanager
    def beating(self) -> Iterator[bool]:
        """A heartbeat; yields whether there is still a lease to renew."""
        with self._resting:
            yield not (self.over or self.lost)

    def given_up(self) -> bool:
        """Whether nobody waits for what is still to be sent: the worker ends, or the run is another's."""
        return self.lost or self.stopping()

    def log_tail(self) -> str:
        """The end of what the runner printed in this run."""
        return self.runner.log.tail() if self.runner else ""

    def keep(self) -> None:
        """The lease was renewed: tell the runner, which ends by itself when it hears nothing for a lease."""
        if self.runner:
            with contextlib.suppress(RunnerGone):  # the supervisor hears of that by itself
                self.runner.send(KeepCommand(self.label))

    def lose(self) -> None:
        """The run is another's: end the runner at once, whatever the supervisor is doing."""
        self.lost = True
        if self.runner:
            self.runner.kill()
