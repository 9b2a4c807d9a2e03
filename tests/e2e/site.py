"""A site of its own for a test: the project's files copied as a clone would hold them, started as `make run` does."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.services import free_port

ROOT = Path(__file__).parents[2]
PATIENCE = 180.0


@dataclass(frozen=True)
class RunningSite:
    """Where a started site answers, and what it printed for its first administrator."""

    address: str
    administrator: str
    password: str
    data: Path


def copy_clone(target: Path) -> Path:
    """Copy what git tracks or would track, so that a file forgotten in `.gitignore` is missed here too."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    for name in filter(None, listing.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    return target


@contextlib.contextmanager
def running_site(clone: Path, log: Path) -> Iterator[RunningSite]:
    """Start the supervisor in `clone`, wait until it has printed its address, and end it afterwards."""
    data, port = clone / "data", free_port()
    unset = {"HUB_DATA_DIR", "DATABASE_URL", "REDIS_URL", "SECRET_KEY"}
    environ = {k: v for k, v in os.environ.items() if k not in unset} | {"PORT": str(port), "HF_HUB_OFFLINE": "1"}
    with log.open("wb") as out:
        site = subprocess.Popen(
            [sys.executable, "manage.py", "up"], cwd=clone, env=environ, stdout=out, stderr=subprocess.STDOUT
        )
        try:
            printed = _wait_for_password(site, log)
            yield RunningSite(f"http://127.0.0.1:{port}", printed[1], printed[2], data)
        finally:
            site.send_signal(signal.SIGTERM)
            site.wait(timeout=60)


def _wait_for_password(site: subprocess.Popen[bytes], log: Path) -> re.Match[str]:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and site.poll() is None:
        if found := re.search(r"Administrator: (\S+)\s+password: (\S+)", log.read_text()):
            return found
        time.sleep(0.3)
    raise AssertionError(f"The site did not start within {PATIENCE:.0f} s. It printed:\n{log.read_text()}")


def health(address: str) -> int:
    """The status that /healthz answers."""
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=10) as answer:
            status: int = answer.status
            return status
    except urllib.error.HTTPError as refusal:
        return refusal.code
