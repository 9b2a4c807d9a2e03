"""What a node has fetched of the hub, and when it was last used, so that it takes no more room than it may.

A directory with a small file for each repository and commit. The file's time is that of the last use, its content the
bytes; who uses the weights holds a shared lock on it, which the kernel drops with the process, however that ends. What
others brought into the cache has no file here: it is neither counted nor removed.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO

NAME = re.compile(r"[\w.-]{1,96}(/[\w.-]{1,96})?")
COMMIT = re.compile(r"[0-9a-f]{7,64}")
ENDING = ".weights"


class NoRoomError(Exception):
    """The weights do not fit beside what is in use; the text is a sentence."""


@dataclass(frozen=True)
class Entry:
    """Fetched weights: repository, commit, bytes, and when they were last used (seconds since the epoch)."""

    file: Path
    repo_id: str
    commit: str
    bytes: int
    used: float


class Use:
    """Weights that are in use: as long as this is not released, nobody removes them."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def release(self) -> None:
        """They are needed no more. Twice is once."""
        self._file.close()

    def __enter__(self) -> Use:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.release()


Remove = Callable[[Entry], None]


class Ledger:
    """The directory of one machine. ``most`` bytes are kept, 0: any number. Any number of processes may use it."""

    def __init__(self, folder: Path, most: int = 0) -> None:
        self.folder = folder
        self.most = most

    def entries(self) -> list[Entry]:
        """What was fetched, used longest ago first."""
        files = sorted(self.folder.glob(f"*{ENDING}")) if self.folder.is_dir() else []
        return sorted(filter(None, map(_read, files)), key=lambda entry: (entry.used, entry.file.name))

    def size(self) -> int:
        """Bytes of all that was fetched."""
        return sum(entry.bytes for entry in self.entries())

    def use(self, repo_id: str, commit: str) -> Use | None:
        """Hold weights that this node fetched; None where it did not. They count as used now."""
        with self._alone():
            return self._hold(self._file(repo_id, commit))

    def reserve(
        self, repo_id: str, commit: str, size: int, remove: Remove, enough: Callable[[], bool] = lambda: True
    ) -> Use:
        """Make room for weights of ``size`` bytes, note and hold them. Raises ``NoRoomError``.

        ``remove`` takes weights off the disk, used longest ago first and never any in use. ``enough``: whether the
        disk itself has room.
        """
        file = self._file(repo_id, commit)
        if self.most and size > self.most:
            raise NoRoomError(f"{repo_id} takes {size:,} bytes, and this node keeps {self.most:,} at the most.")
        with self._alone():
            if not self._shrink(self.most - size if self.most else None, remove, enough, keep=file):
                raise NoRoomError(f"There is no room for {repo_id} ({size:,} bytes) beside the weights in use.")
            file.write_text(json.dumps({"repo_id": repo_id, "commit": commit, "bytes": size}), encoding="utf-8")
            held = self._hold(file)
            assert held is not None
            return held

    def shrink(self, remove: Remove, dry_run: bool = False) -> list[Entry]:
        """Remove what is beyond the bound, as far as it is not in use; returns what went, or would go."""
        gone: list[Entry] = []
        if self.most and self.folder.is_dir():
            with self._alone():
                self._shrink(self.most, remove, lambda: True, gone=gone, dry_run=dry_run)
        return gone

    def _shrink(
        self,
        most: int | None,
        remove: Remove,
        enough: Callable[[], bool],
        keep: Path | None = None,
        gone: list[Entry] | None = None,
        dry_run: bool = False,
    ) -> bool:
        """Until ``most`` bytes and ``enough`` hold; whether they do in the end."""
        others = [entry for entry in self.entries() if entry.file != keep]
        left = sum(entry.bytes for entry in others)
        for entry in others:
            if (most is None or left <= most) and enough():
                return True
            if _in_use(entry.file):
                continue
            if not dry_run:
                remove(entry)
                entry.file.unlink(missing_ok=True)
            left -= entry.bytes
            if gone is not None:
                gone.append(entry)
        return (most is None or left <= most) and enough()

    def _hold(self, file: Path) -> Use | None:
        try:
            handle = file.open("r", encoding="utf-8")
        except FileNotFoundError:
            return None
        fcntl.flock(handle, fcntl.LOCK_SH)
        os.utime(file)
        return Use(handle)

    def _file(self, repo_id: str, commit: str) -> Path:
        if not NAME.fullmatch(repo_id) or not COMMIT.fullmatch(commit):
            raise ValueError(f"{repo_id!r} at {commit!r} is no repository and commit")
        return self.folder / f"{repo_id.replace('/', '--')}@{commit}{ENDING}"

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time looks, removes and notes."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _read(file: Path) -> Entry | None:
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        return Entry(file, str(told["repo_id"]), str(told["commit"]), int(told["bytes"]), file.stat().st_mtime)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _in_use(file: Path) -> bool:
    with contextlib.suppress(FileNotFoundError), file.open("r") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False
