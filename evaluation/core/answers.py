"""Answers that a model gave, kept in a file of this machine, so that nothing is computed twice.

An SQLite file for several processes: write-ahead log, short transactions, a bounded size (what was not used for longest
goes first). It is a cache and never a reason to fail: a file that is damaged is set aside and begun anew, a value that
does not match its checksum counts as absent, and a disk that takes no more ends the keeping, not the work.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import sqlite3
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from evaluation.core.comparable import canonical

T = TypeVar("T")
FILE = "answers-1.sqlite3"  # the number is that of the layout: another one never reads this file
BUSY_SECONDS = 10.0
KEYS_AT_ONCE = 500
USED_EVERY_SECONDS = 60
KEY_BYTES, MADE_BYTES, SUM_BYTES = 20, 8, 4
ROOM = 0.8
"""Eviction leaves so much of the bound, so that it is rare."""

TABLES = """
CREATE TABLE IF NOT EXISTS answers (
    key BLOB PRIMARY KEY, made BLOB NOT NULL, answer BLOB NOT NULL, used INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS answers_by_use ON answers (used);
CREATE TABLE IF NOT EXISTS hashes (stamp TEXT PRIMARY KEY, sha256 TEXT NOT NULL) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class Kept:
    """An answer as bytes. ``made``: in which company it was computed (batches, device); see ``made_in``."""

    answer: bytes
    made: bytes


def answer_key(*parts: object) -> bytes:
    """What an answer is kept under: a hash of everything that decides it."""
    return hashlib.sha256(canonical(list(parts)).encode()).digest()[:KEY_BYTES]


def made_in(keys: Iterable[bytes], *parts: object) -> bytes:
    """A hash of the company that an answer is computed in: the other requests, in their order, and what else counts.

    Answers with an equal one come out of the same batches, and are equal to the last digit.
    """
    total = hashlib.sha256(canonical(list(parts)).encode())
    for key in keys:
        total.update(key)
    return total.digest()[:MADE_BYTES]


class AnswerStore:
    """The file of one machine, opened by one thread of one process. ``say`` gets a sentence when it cannot be used."""

    def __init__(self, file: Path, most_bytes: int, say: Callable[[str], None] = print) -> None:
        self.file = file
        self.most_bytes = most_bytes
        self.usable = most_bytes > 0
        self._say = say
        self._written = 0
        self._inode = 0
        self._database: sqlite3.Connection | None = None

    def find(self, keys: Sequence[bytes]) -> dict[bytes, Kept]:
        """What is kept of ``keys``. They count as used now."""
        return self._careful(lambda database: self._find(database, keys), {})

    def keep(self, rows: Sequence[tuple[bytes, Kept]]) -> None:
        """Store answers, all or none of them."""
        if rows:
            self._careful(lambda database: self._keep(database, rows), None)

    def hash_of(self, stamp: str, compute: Callable[[], str]) -> str:
        """A hash that takes long, kept under a ``stamp`` that changes when what is hashed does."""
        asked = "SELECT sha256 FROM hashes WHERE stamp = ?"
        row: tuple[str] | None = self._careful(lambda database: database.execute(asked, [stamp]).fetchone(), None)
        if row:
            return row[0]
        computed = compute()
        self._careful(lambda database: self._keep_hash(database, stamp, computed), None)
        return computed

    def size(self) -> int:
        """Bytes that the answers take in the file."""
        return self._careful(_size, 0)

    def close(self) -> None:
        """Let go of the file."""
        if self._database is not None:
            with contextlib.suppress(sqlite3.Error):
                self._database.close()
        self._database = None

    def _find(self, database: sqlite3.Connection, keys: Sequence[bytes]) -> dict[bytes, Kept]:
        found: dict[bytes, Kept] = {}
        stale: list[bytes] = []
        now = int(time.time())
        for start in range(0, len(keys), KEYS_AT_ONCE):
            some = keys[start : start + KEYS_AT_ONCE]
            marks = ",".join("?" * len(some))
            asked = f"SELECT key, made, answer, used FROM answers WHERE key IN ({marks})"
            for key, made, packed, used in database.execute(asked, some):
                if (kept := _unpack(key, made, packed)) is not None:
                    found[key] = kept
                    if abs(now - used) > USED_EVERY_SECONDS:
                        stale.append(key)
        if stale:
            with database:
                database.executemany("UPDATE answers SET used = ? WHERE key = ?", [(now, key) for key in stale])
        return found

    def _keep(self, database: sqlite3.Connection, rows: Sequence[tuple[bytes, Kept]]) -> None:
        now = int(time.time())
        with database:
            database.executemany(
                "INSERT OR REPLACE INTO answers (key, made, answer, used) VALUES (?, ?, ?, ?)",
                [(key, kept.made, _pack(key, kept), now) for key, kept in rows],
            )
        self._written += sum(len(kept.answer) + 64 for _key, kept in rows)
        if self._written > self.most_bytes // 20:
            self._written = 0
            _make_room(database, self.most_bytes)

    def _keep_hash(self, database: sqlite3.Connection, stamp: str, sha256: str) -> None:
        with database:
            database.execute("INSERT OR REPLACE INTO hashes VALUES (?, ?)", [stamp, sha256])

    def _careful(self, do: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        """``do`` with the file; once more with a new one when it is damaged; else ``otherwise``."""
        for last in (False, True):
            if not self.usable:
                break
            try:
                return do(self._open())
            except sqlite3.OperationalError as error:
                self._give_up(error)
            except sqlite3.DatabaseError as error:
                self._set_aside(error)
                self.usable = not last
            except OSError as error:
                self._give_up(error)
        return otherwise

    def _open(self) -> sqlite3.Connection:
        """The connection; a new one when another process has set the file aside."""
        if self._database is not None and _inode(self.file) == self._inode:
            return self._database
        self.close()
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self._alone():
            self.file.touch(mode=0o600)
            self._inode = _inode(self.file)
            self._database = database = sqlite3.connect(self.file, timeout=BUSY_SECONDS)
            database.execute("PRAGMA auto_vacuum = INCREMENTAL")
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
            database.execute(f"PRAGMA journal_size_limit = {max(self.most_bytes // 10, 1 << 20)}")
            database.executescript(TABLES)
        return database

    def _give_up(self, error: Exception) -> None:
        self.close()
        self.usable = False
        self._say(f"Answers are not kept any longer in this run: {error}.")

    def _set_aside(self, error: sqlite3.DatabaseError) -> None:
        """Rename the damaged file, unless another process was quicker."""
        self.close()
        self._say(f"The file of kept answers is damaged ({error}). It is set aside, and begun anew.")
        with self._alone():
            if _inode(self.file) == self._inode:
                self.file.replace(f"{self.file}.damaged")
                for beside in ("-wal", "-shm"):
                    Path(f"{self.file}{beside}").unlink(missing_ok=True)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time makes, or replaces, the file."""
        with Path(f"{self.file}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _size(database: sqlite3.Connection) -> int:
    pages, free, each = (
        database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * each)


def _make_room(database: sqlite3.Connection, most_bytes: int) -> None:
    """Drop what was not used for longest when the answers take more than ``most_bytes``."""
    size = _size(database)
    if size <= most_bytes:
        return
    count = database.execute("SELECT count(*) FROM answers").fetchone()[0]
    drop = int(count * (1 - ROOM * most_bytes / size)) + 1
    with database:
        database.execute("DELETE FROM answers WHERE key IN (SELECT key FROM answers ORDER BY used LIMIT ?)", [drop])
    database.execute("PRAGMA incremental_vacuum").fetchall()
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _pack(key: bytes, kept: Kept) -> bytes:
    return zlib.crc32(key + kept.made + kept.answer).to_bytes(SUM_BYTES) + kept.answer


def _unpack(key: bytes, made: bytes, packed: bytes) -> Kept | None:
    total, answer = packed[:SUM_BYTES], packed[SUM_BYTES:]
    whole = zlib.crc32(key + made + answer).to_bytes(SUM_BYTES) == total
    return Kept(answer, made) if whole else None


def _inode(file: Path) -> int:
    try:
        return os.stat(file).st_ino
    except OSError:
        return 0
