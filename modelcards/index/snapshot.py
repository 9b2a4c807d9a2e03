"""The base on disk: built by one process at a time, shared by all, replaced when it is old."""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

from modelcards.index import keys, log, store
from modelcards.index.base import Base
from modelcards.index.build import build
from modelcards.index.records import read_all

FORMAT = 2
# A catalog of so many cards is read into memory at the first question; a larger one has files.
SMALL = 10_000
# With so many recent lines beside a file a new one is due.
MANY_LINES = 4_000
logger = logging.getLogger(__name__)


def folder() -> Path:
    """Where the files of the index lie."""
    return Path(settings.HUB_DATA_DIR) / "index"


def path() -> Path:
    """The file of the base."""
    return folder() / "catalog.idx"


def make() -> None:
    """Read the whole catalog into the file. The mark is taken first: what changes meanwhile will be read again.

    Raises OSError where the disk does not take it.
    """
    mark = log.newest()
    for left in folder().glob(f".{path().name}-*"):
        left.unlink(missing_ok=True)  # by a process that was killed: only one builds at a time
    about = {"format": FORMAT, "shape": keys.shape(), "mark": list(mark)}
    store.write(path(), build(read_all()), about)


def stamp(file: Path) -> tuple[int, int] | None:
    """What tells one file from the next, for a look that costs microseconds."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def load() -> Base | None:
    """The base in the file; None where there is none that this program and this database can follow on from."""
    try:
        about = store.about(path())
        if about.get("format") != FORMAT or about.get("shape") != keys.shape():
            return None
        version, nonce = about["mark"]
        mark = (int(version), int(nonce))
        if not log.stands(mark) or len(log.since(version)) > log.MOST:
            return None
        return Base(store.read(path()), mark)
    except (store.StoreError, KeyError, TypeError, ValueError) as error:
        if path().exists():
            logger.warning("The file of the catalog's index cannot be used and is made anew: %s", error)
        return None


def fresh() -> bool:
    """Whether the file can be used and few cards changed since."""
    found = load()
    return found is not None and len(log.since(found.mark[0])) <= MANY_LINES


@contextlib.contextmanager
def building() -> Iterator[None]:
    """Held by who builds; others wait."""
    folder().mkdir(parents=True, exist_ok=True)
    with (folder() / "build.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def make_apart(*options: str) -> bool:
    """Have ``manage.py index_catalog`` build what its options say, so that its memory and time are not this process's.

    Not where this thread sees what another process would not: a database in memory, a transaction under way.
    """
    name = str(connection.settings_dict["NAME"])
    if connection.in_atomic_block or "memory" in name:
        return False
    program = Path(settings.BASE_DIR) / "manage.py"
    done = subprocess.run(
        [sys.executable, str(program), "index_catalog", *options],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "hub.settings")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        logger.warning("Building the catalog's index failed: %s", done.stderr.decode(errors="replace")[-2000:])
    return done.returncode == 0
