"""One site per data directory."""

import subprocess
import sys

import pytest

from hub.supervisor.errors import StartError
from hub.supervisor.lock import SiteLock

HOLD = """
import sys, time
from pathlib import Path
from hub.supervisor.lock import SiteLock
with SiteLock(Path(sys.argv[1]), "http://127.0.0.1:8123"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_start_is_told_where_the_first_one_is(tmp_path):
    path = tmp_path / "run.lock"
    with subprocess.Popen([sys.executable, "-c", HOLD, path], stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout.readline() == "held\n"
        with pytest.raises(StartError, match=rf"running already: http://127.0.0.1:8123 \(process {first.pid}"):
            SiteLock(path, "http://127.0.0.1:8000").__enter__()
        first.kill()
    with SiteLock(path, "http://127.0.0.1:8000"):
        assert "8000" in path.read_text()
    assert path.read_text() == ""
