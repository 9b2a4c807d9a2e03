"""One site per data directory."""

import fcntl
import json
import os
from pathlib import Path
from typing import Any, Self

from hub.supervisor.errors import StartError


class SiteLock:
    """Held from start to end; entering raises StartError where another process holds it.

    The kernel drops it with the process, however that ends, so it is never stale.
    """

    def __init__(self, path: Path, address: str) -> None:
        self.path, self.address = path, address

    def __enter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.file = self.path.open("a+")
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self.file.close()
            raise StartError(self._who()) from None
        self.file.truncate(0)
        json.dump({"pid": os.getpid(), "address": self.address}, self.file)
        self.file.flush()
        return self

    def __exit__(self, *_: object) -> None:
        self.file.truncate(0)
        self.file.close()

    def _who(self) -> str:
        try:
            other: dict[str, Any] = json.loads(self.path.read_text())
        except (OSError, ValueError):
            return f"One is running with the data directory {self.path.parent} already."
        return f"One is running already: {other['address']} (process {other['pid']}, data in {self.path.parent})."
