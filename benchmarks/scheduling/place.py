"""A site that is measured and gone afterwards: empty tables, a Redis of its own, an SQLite file or a PostgreSQL."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import redis

from benchmarks.place import Site
from benchmarks.postgres import Server
from hub.supervisor.redis import own_redis

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"
PATIENCE = 120.0


@dataclass(frozen=True)
class Place(Site):
    """One site: what its database is called in results, and where its Redis answers."""

    name: str
    redis_url: str

    @property
    def told(self) -> dict[str, str]:
        """Its Redis, and the stand-in for the runner."""
        return {
            "REDIS_URL": self.redis_url,
            "SECRET_KEY": "for measurements alone",
            "RUNNER_COMMAND": f"{sys.executable} -m tests.fake_runner",
            "FAKE_TRACE": str(self.folder / "trace"),
        }


@contextlib.contextmanager
def place(database: str) -> Iterator[Place]:
    """A site whose database is ``SQLITE`` or ``POSTGRESQL``, until the end of the block."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="arboretum-scheduling-")))
        folder.chmod(0o755)  # the user that PostgreSQL runs as must get to its cluster
        address = (
            stack.enter_context(_postgresql(folder)) if database == POSTGRESQL else f"sqlite:///{folder}/hub.sqlite3"
        )
        site = Place(folder, address, database, stack.enter_context(_redis(folder)))
        site.run("manage.py", "migrate", "-v0")
        yield site


@contextlib.contextmanager
def _redis(folder: Path) -> Iterator[str]:
    server = own_redis(folder / "redis")
    process = subprocess.Popen(server.command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        _until_it_answers(server.url)
        yield server.url
    finally:
        process.kill()
        process.wait()


def _until_it_answers(url: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with contextlib.suppress(redis.RedisError), redis.Redis.from_url(url) as client:
            client.ping()
            return
        time.sleep(0.05)
    raise RuntimeError("Redis does not answer.")


@contextlib.contextmanager
def _postgresql(folder: Path) -> Iterator[str]:
    server = Server(folder / "postgresql" / "cluster")
    server.start()
    try:
        server.empty()
        yield server.url("hub")
    finally:
        server.stop()
