"""What the runner gets to know of this site."""

import shlex
import sys

import pytest

from evaluation.worker.runner_process import RunnerGone, RunnerLog, RunnerProcess, runner_environment

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


def test_a_token_of_the_hub_reaches_only_runners_that_may_fetch(settings, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    settings.HUB_ALLOW_DOWNLOADS = False
    assert "HF_TOKEN" not in runner_environment()
    settings.HUB_ALLOW_DOWNLOADS = True
    assert runner_environment()["HF_TOKEN"] == "hf_secret"
    assert runner_environment()["HF_HUB_OFFLINE"] == "0"


def test_no_log_repeats_the_token(monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    log = RunnerLog()
    log.add("GET /api/models with Bearer hf_secret: 401")
    assert log.text() == "GET /api/models with Bearer (token): 401"
