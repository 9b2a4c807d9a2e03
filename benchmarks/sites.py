"""A site on a generated catalog, with the web server that ``make run`` starts."""

from __future__ import annotations

import contextlib
import http.client
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks import place
from benchmarks.browse.peer import free_port, wait_for
from benchmarks.place import ROOT


@dataclass(frozen=True)
class Site:
    """A running web server: its port and the process that answers."""

    port: int
    worker: psutil.Process
    seconds: float  # from the start of the process to the first answer of the list of models


class Browser:
    """One kept connection, as a browser has."""

    def __init__(self, host: str, port: int) -> None:
        self.connection = http.client.HTTPConnection(host, port, timeout=3600)

    def get(self, path: str) -> tuple[float, bytes]:
        """Seconds until the whole answer is there, and its body. RuntimeError for any status but 200."""
        started = time.perf_counter()
        self.connection.request("GET", path)
        response = self.connection.getresponse()
        body = response.read()
        seconds = time.perf_counter() - started
        if response.status != 200:
            raise RuntimeError(f"{path}: status {response.status}: {body[:300]!r}")
        return seconds, body


@contextlib.contextmanager
def site(catalog: place.Site) -> Iterator[Site]:
    """gunicorn with the options of ``make run``, on a port of its own."""
    port = free_port()
    with (catalog.folder / "web.log").open("wb") as log:
        started = time.monotonic()
        process = subprocess.Popen(
            web_command(f"127.0.0.1:{port}"),
            cwd=ROOT,
            env=catalog.environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/models/", process)
            seconds = time.monotonic() - started
            yield Site(port, psutil.Process(process.pid).children()[0], seconds)
        finally:
            process.terminate()
            process.wait()


def web_command(address: str) -> list[str]:
    """The command line of the supervisor's web process."""
    from hub.supervisor.children import web_child

    return list(web_child(address, Path("logs"), {}).command)


@dataclass(frozen=True)
class Memory:
    """What a process holds, in bytes: resident, its share of shared pages, and what is its alone and no file's."""

    resident: int
    share: int
    anonymous: int


def memory(process: psutil.Process) -> Memory:
    """Read from the kernel's own sums."""
    text = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
    sums = {line.split(":")[0]: int(line.split()[1]) * 1024 for line in text.splitlines()[1:]}
    return Memory(sums["Rss"], sums["Pss"], sums.get("Pss_Anon", sums["Anonymous"]))
