"""What the runner gets to know of this site."""

import shlex
import sys

import pytest

from evaluation.worker.runner_process import RunnerGone, RunnerProcess

PRINT = "import os, sys; print(sorted(os.environ), file=sys.stderr)"


def test_the_runner_knows_no_secret_of_the_site(settings, monkeypatch):
    settings.RUNNER_COMMAND = shlex.join([sys.executable, "-c", PRINT])
    for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "HF_HOME"):
        monkeypatch.setenv(name, "of this test")
    runner = RunnerProcess()
    with pytest.raises(RunnerGone):
        runner.next_event(20)
    runner.kill()
    said = runner.log.text()
    assert "HF_HOME" in said
    assert not [name for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY") if name in said]
