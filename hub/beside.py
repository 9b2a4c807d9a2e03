"""Commands that run beside the workers of a node, at low priority, again and again."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from collections.abc import Callable, Iterable

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from hub.supervisor.family import end_with_parent

logger = logging.getLogger(__name__)

END_SECONDS = 10


class Beside:
    """``manage.py`` with ``command``, first after so many seconds, then every so many, where ``due`` says so."""

    def __init__(self, command: list[str], after: float, every: float, due: Callable[[], bool] = lambda: True) -> None:
        self.command = command
        self.every = every
        self.next = time.monotonic() + after
        self.due = due
        self.process: subprocess.Popen[bytes] | None = None

    def tick(self) -> None:
        """Start it when it is time. A database that is away puts it off to the next time."""
        if self.process is not None and self.process.poll() is not None:
            self.process = None
        if self.process is None and time.monotonic() >= self.next:
            self.next = time.monotonic() + self.every
            try:
                if self.due():
                    self._start()
            except (DatabaseError, InterfaceError) as error:
                logger.warning("%s is put off: %s", self.command[0], error)
                connection.close()

    def end(self) -> None:
        """Stop it: it goes on at the next start."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=END_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()

    def _start(self) -> None:
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *self.command]
        self.process = subprocess.Popen(
            ["nice", "-n", "15", *command], stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=end_with_parent
        )


def tick_all(besides: Iterable[Beside]) -> None:
    """One look at each."""
    for beside in besides:
        beside.tick()
