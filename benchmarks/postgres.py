"""A PostgreSQL server of our own for the measurements, with settings that an administrator would choose."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.place import Catalog, bench_directory, made

# Memory for a catalog of some gigabytes. Nothing that trades safety for speed: fsync stays on.
OPTIONS = {"shared_buffers": "1GB", "work_mem": "32MB", "maintenance_work_mem": "512MB", "max_wal_size": "8GB"}


def programs() -> Path | None:
    """The directory of PostgreSQL's programs, if this machine has them."""
    beside = shutil.which("initdb")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return Path(beside).resolve().parent if beside else found[-1].parent if found else None


@contextlib.contextmanager
def postgresql_catalog(cards: int, seed: int, say: Callable[[str], None]) -> Iterator[Catalog]:
    """The catalog in a PostgreSQL that runs until the end of the block; generated where it is missing."""
    folder = bench_directory() / f"postgresql-{cards}-{seed}"
    server = Server(folder / "cluster")
    server.start()
    try:
        catalog = Catalog(folder, server.url("hub"), cards, seed)
        made(catalog, say, clear=server.empty)
        yield catalog
    finally:
        server.stop()


class Server:
    """A cluster in a directory; as root its programs run as the user ``postgres``."""

    def __init__(self, data: Path) -> None:
        self.data = data
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []

    def url(self, name: str) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/{name}"

    def start(self) -> None:
        self.data.parent.mkdir(parents=True, exist_ok=True)
        if self.prefix:
            shutil.chown(self.data.parent, "postgres", "postgres")
        if not (self.data / "PG_VERSION").is_file():
            self._do("initdb", "-D", str(self.data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        settings = "".join(f" -c {name}={value}" for name, value in OPTIONS.items())
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self.data}{settings}"
        self._do("pg_ctl", "-D", str(self.data), "-w", "-l", str(self.data / "server.log"), "-o", options, "start")

    def empty(self) -> None:
        """A new empty database."""
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS hub")
            connection.execute("CREATE DATABASE hub")

    def stop(self) -> None:
        self._do("pg_ctl", "-D", str(self.data), "-m", "fast", "stop")

    def _do(self, program: str, *arguments: str) -> None:
        folder = programs()
        if folder is None:
            raise RuntimeError("PostgreSQL's programs are missing: apt-get install postgresql")
        # Its output is no pipe: the server would hold that open after pg_ctl has ended.
        command = [*self.prefix, str(folder / program), *arguments]
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL)
