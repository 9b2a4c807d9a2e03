"""`manage.py up` for real: one site is started, hurt, asked and ended; what may not start says why."""

import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.services import ROOT, free_port, wait_for

pytestmark = pytest.mark.slow
PATIENCE = 240.0  # On a machine that is busy with other things as well.


class Site:
    """A site of a test's own."""

    def __init__(self, data: Path, port: int) -> None:
        self.data, self.port = data, port
        self.output = data.with_suffix(".out")
        self.process: subprocess.Popen[bytes] | None = None

    def command(self) -> dict[str, Any]:
        env = {**os.environ, "HUB_DATA_DIR": str(self.data), "PORT": str(self.port), "HF_HUB_OFFLINE": "1"}
        for name in ("REDIS_URL", "DATABASE_URL", "HOST", "SECRET_KEY"):
            env.pop(name, None)
        return {"args": [sys.executable, "manage.py", "up"], "env": env, "cwd": ROOT}

    def start(self) -> None:
        with self.output.open("wb") as out:
            self.process = subprocess.Popen(**self.command(), stdout=out, stderr=subprocess.STDOUT)
        wait_for(self.ready, f"the site greets; it said: {self.said()}", PATIENCE)

    def refused(self) -> str:
        """Try to start; what it says when it does not."""
        answer = subprocess.run(**self.command(), capture_output=True, text=True, timeout=PATIENCE, check=False)
        assert answer.returncode == 1, answer.stdout
        assert "Traceback" not in answer.stderr
        return answer.stderr.strip()

    def ready(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.said()
        return "Arboretum is at" in self.said()

    def said(self) -> str:
        return self.output.read_text() if self.output.is_file() else ""

    def health(self) -> dict[str, Any]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return dict(json.load(answer))
        except urllib.error.HTTPError as error:
            return dict(json.load(error))
        except OSError as error:
            return {"status": f"no answer: {error}"}

    def below(self) -> list[psutil.Process]:
        assert self.process is not None
        return psutil.Process(self.process.pid).children(recursive=True)

    def one(self, mark: str) -> psutil.Process:
        """The first process below it whose command holds ``mark``."""
        return min(self.having(mark), key=lambda process: process.create_time())

    def having(self, mark: str) -> list[psutil.Process]:
        """The living processes below it whose command holds ``mark``."""
        return [process for process in self.below() if mark in command_of(process)]

    def stop(self, number: signal.Signals = signal.SIGTERM) -> list[psutil.Process]:
        """End it; the processes that were below it."""
        assert self.process is not None
        family = self.below()
        self.process.send_signal(number)
        self.process.wait(timeout=40)
        return family


def command_of(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return ""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("site") / "data", free_port())
    site.start()
    yield site
    if site.process and site.process.poll() is None:
        site.stop()


def test_it_starts_whole_and_healthy(site):
    wait_for(lambda: site.health()["status"] == "ok", f"healthy: {site.health()}", PATIENCE)
    health = site.health()
    assert (health["database"], health["redis"], health["workers"]) == ("ok", "ok", 1)


def test_it_tells_address_name_and_password_and_keeps_the_password_private(site):
    password = re.search(r"Administrator: admin   password: (\S+)", site.said())[1]
    file = site.data / "admin-password"
    assert file.read_text().strip() == password
    for secret in (file, site.data / "secret-key", site.data / "redis-url", site.data / "hub.sqlite3"):
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600, secret
    assert f"http://127.0.0.1:{site.port}" in site.said()


def test_it_listens_on_this_machine_alone(site):
    listening = [
        connection.laddr.ip
        for process in site.below()
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert listening
    assert set(listening) == {"127.0.0.1"}


def test_it_serves_the_catalog_with_hashed_static_files(site):
    with urllib.request.urlopen(f"http://127.0.0.1:{site.port}/models/?search=pythia", timeout=20) as answer:
        page = answer.read().decode()
    assert "Pythia" in page
    style = re.search(r'href="(/static/hub/app\.[0-9a-f]{12}\.css)"', page)[1]
    with urllib.request.urlopen(f"http://127.0.0.1:{site.port}{style}", timeout=20) as answer:
        assert "immutable" in answer.headers["Cache-Control"]


def test_a_second_start_says_that_one_is_running(site):
    said = Site(site.data, free_port()).refused()
    assert f"One is running already: http://127.0.0.1:{site.port} (process {site.process.pid}" in said


@pytest.mark.parametrize(
    ("part", "name"),
    [("gunicorn", "web"), ("redis-server", "redis"), ("manage.py node", "worker"), ("hub.courier", "courier")],
)
def test_a_part_that_is_killed_comes_back(site, part, name):
    wait_for(lambda: site.health()["status"] == "ok", f"healthy before: {site.health()}", PATIENCE)
    victim = site.one(part)
    victim.send_signal(signal.SIGKILL)
    wait_for(lambda: f"{name} was killed by signal 9" in site.said(), "it is noticed", 30)
    wait_for(lambda: any(process.pid != victim.pid for process in site.having(part)), f"{part} again", 60)
    wait_for(lambda: site.health()["status"] == "ok", f"healthy again: {site.health()}", PATIENCE)


def test_the_end_leaves_no_process_and_a_warm_start_keeps_what_was_there(site):
    """Last in this module: it ends the site, starts it again, and ends it by Ctrl-C."""
    for number in (signal.SIGTERM, signal.SIGINT):
        family = site.stop(number)
        assert len(family) >= 3
        _gone, alive = psutil.wait_procs(family, timeout=5)
        assert not alive, list(map(command_of, alive))
        assert site.process.returncode == 0
        assert not (site.data / "redis-url").exists()
        if number == signal.SIGTERM:
            site.start()
            assert "Loading the catalog" not in site.said()
            assert "password:" not in site.said()


def test_a_port_in_use_is_a_clear_error(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = Site(tmp_path / "data", port).refused()
    assert said == (
        f"CommandError: Cannot listen on 127.0.0.1:{port}: Address already in use. "
        "Choose another port, for example: PORT=8001 make run"
    )
    assert not (tmp_path / "data" / "hub.sqlite3").exists()
