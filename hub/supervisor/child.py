"""One process that is kept running."""

import os
import shutil
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from hub.supervisor.family import end_with_parent

LONG_LIFE = 60.0  # A child that lived this long has started well: the next pause is short again.
LONGEST_PAUSE = 30.0
LOG_BYTES = 20_000_000


@dataclass
class Child:
    """A program, its log, and what its environment has beside ours."""

    name: str
    command: list[str]
    log: Path
    env: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    started: float = 0.0
    not_before: float = 0.0
    log_start: int = 0

    def start(self) -> None:
        """Start the program in a session of its own, so that Ctrl-C reaches the supervisor alone."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        shorten(self.log)
        self.log_start = self.log.stat().st_size if self.log.is_file() else 0
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.env},
                start_new_session=True,
                preexec_fn=end_with_parent,
            )
        self.started = time.monotonic()

    @property
    def pid(self) -> int | None:
        """The process number while it runs."""
        return self.process.pid if self.process and self.process.poll() is None else None

    def ended(self) -> int | None:
        """The exit status, once, of a process that has ended since the last look; the next start waits longer."""
        if self.process is None or (status := self.process.poll()) is None:
            return None
        self.process = None
        self.failures = 1 if time.monotonic() - self.started > LONG_LIFE else self.failures + 1
        self.not_before = time.monotonic() + min(LONGEST_PAUSE, 0.5 * 2**self.failures)
        return status

    def due(self) -> bool:
        """Whether it is time to start it (again)."""
        return self.process is None and time.monotonic() >= self.not_before

    def last_words(self, lines: int = 8) -> str:
        """The end of what it wrote to its log since it was started."""
        if not self.log.is_file():
            return ""
        with self.log.open("rb") as file:
            file.seek(max(self.log_start, self.log.stat().st_size - 4000))
            return "\n".join(file.read().decode(errors="replace").splitlines()[-lines:])


def shorten(log: Path) -> None:
    """Move a long log aside. The writer appends, so it goes on in the emptied file."""
    if log.is_file() and log.stat().st_size > LOG_BYTES:
        shutil.copyfile(log, log.with_suffix(".1.log"))
        os.truncate(log, 0)
