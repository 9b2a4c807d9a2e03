"""Checkpoints that are named by a repository: from the cache, or fetched where that is allowed, held while in use."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from evaluation.core.protocol import ModelSpec
from evaluation.core.weights import Ledger
from evaluation.runner import hub as cache
from evaluation.runner import weights
from evaluation.runner.failures import CancelError, ScoringError
from evaluation.runner.pulse import Pulse
from tests.hub_server import Hub, Repository

pytestmark = pytest.mark.slow
FILES = {
    "config.json": b'{"model_type": "llama"}',
    "model.safetensors": b"w" * 50_000,
    "tokenizer.json": b"{}",
    "pytorch_model.bin": b"pickle",
    "modeling_oak.py": b"print('code')",
    "README.md": b"# oak",
}


@pytest.fixture
def hub():
    made = Hub({"house/oak": Repository(FILES), "house/elm": Repository({**FILES, "config.json": b"{}"})})
    server = made.start()
    yield made
    made.slow.clear()
    server.shutdown()
    server.server_close()


@pytest.fixture
def online(hub, monkeypatch, tmp_path):
    """An empty cache, and a hub that may be asked."""
    from huggingface_hub import constants

    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_ENDPOINT", hub.url)
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    monkeypatch.setenv("HF_HUB_DISABLE_XET", "1")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(weights, "TOKEN", {})
    return monkeypatch


def offline(online):
    from huggingface_hub import constants

    online.setattr(constants, "HF_HUB_OFFLINE", True)


@pytest.fixture
def spec(tmp_path):
    def make(repo="house/oak", **fields: Any) -> ModelSpec:
        return ModelSpec("decoder-only", repo_id=repo, weights=str(tmp_path / "ledger"), **fields)

    return make


def pulse(stopped=lambda run, cell: False, said=None) -> Pulse:
    made = Pulse((said if said is not None else []).append, stopped)
    made.enter("1.1")
    return made


def find(model, **how):
    found = weights.find(model, pulse(**how))
    if found.use:
        found.use.release()
    return found


def test_weights_configuration_and_tokenizer_are_fetched_and_neither_pickles_nor_code(hub, online, spec):
    found = find(spec())
    assert sorted(file.name for file in found.folder.iterdir()) == [
        "config.json",
        "model.safetensors",
        "tokenizer.json",
    ]
    assert (found.folder / "model.safetensors").read_bytes() == FILES["model.safetensors"]
    assert not [path for path in hub.asked if path.endswith((".bin", ".py", ".md"))]


def test_offline_nothing_is_asked_for_and_what_is_there_is_used(hub, online, spec):
    folder = find(spec()).folder
    offline(online)
    before = len(hub.asked)
    found = weights.find(spec(), pulse())
    assert found.folder == folder
    assert found.use is not None
    found.use.release()
    with pytest.raises(ScoringError, match=r"house/elm at main is not in the cache of this machine\.") as told:
        find(spec("house/elm"))
    assert told.value.cause == "absent"
    assert len(hub.asked) == before


def test_what_a_commit_tells_is_not_asked_for_again(hub, online, spec):
    commit = hub.repositories["house/oak"].commit
    find(spec(revision=commit))
    before = len(hub.asked)
    find(spec(revision=commit))
    assert len(hub.asked) == before


def test_a_gated_repository_needs_the_token_of_the_node_and_says_so(hub, online, spec):
    hub.repositories["house/oak"].gated = True
    with pytest.raises(ScoringError, match=r"is gated, and this node has no token of the hub \(HF_TOKEN\)") as told:
        find(spec())
    assert told.value.cause == "gated"
    online.setattr(weights, "TOKEN", {"HF_TOKEN": "hf_wrong"})
    with pytest.raises(ScoringError, match="is gated, and this node's token may not read it") as told:
        find(spec())
    assert told.value.cause == "gated"
    assert "hf_wrong" not in str(told.value)
    online.setattr(weights, "TOKEN", {"HF_TOKEN": "hf_right"})
    assert (find(spec()).folder / "model.safetensors").is_file()


def test_what_the_hub_does_not_have_is_told_apart(hub, online, spec):
    with pytest.raises(ScoringError, match="shows no repository house/yew") as told:
        find(spec("house/yew"))
    assert told.value.cause == "absent"
    with pytest.raises(ScoringError, match="has no revision v9") as told:
        find(spec(revision="v9"))
    assert told.value.cause == "checkpoint"


def test_a_hub_that_is_away_makes_the_weights_absent_here(hub, online, spec):
    online.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(ScoringError, match="and cannot be fetched") as told:
        find(spec())
    assert told.value.cause == "absent"


def test_fetched_weights_are_bounded_and_those_not_used_for_longest_go_from_the_disk(online, spec, tmp_path):
    first = find(spec(weights_bytes=60_000)).folder
    second = find(spec("house/elm", weights_bytes=60_000)).folder
    assert not first.exists()
    assert (second / "model.safetensors").is_file()
    assert not (tmp_path / "cache" / "models--house--oak").exists()
    assert [entry.repo_id for entry in Ledger(tmp_path / "ledger").entries()] == ["house/elm"]


def test_weights_in_use_stay_and_the_others_are_absent_here(online, spec):
    held = weights.find(spec(weights_bytes=60_000), pulse())
    with pytest.raises(ScoringError, match="no room for house/elm") as told:
        find(spec("house/elm", weights_bytes=60_000))
    assert told.value.cause == "absent"
    assert (held.folder / "model.safetensors").is_file()
    held.use.release()
    find(spec("house/elm", weights_bytes=60_000))
    assert not held.folder.exists()


def test_weights_that_others_brought_are_never_removed(online, spec):
    from huggingface_hub import snapshot_download

    theirs = Path(snapshot_download("house/oak", endpoint=os.environ["HF_ENDPOINT"]))
    find(spec(weights_bytes=60_000))
    find(spec("house/elm", weights_bytes=60_000))
    assert (theirs / "model.safetensors").is_file()


def test_while_bytes_come_it_gives_signs_of_life_and_cancelling_ends_the_download(hub, online, spec, tmp_path):
    online.setattr(weights, "SAY_SECONDS", 0.2)
    hub.slow.set()
    said: list[Any] = []
    ends = time.monotonic() + 4
    with pytest.raises(CancelError):
        weights.find(spec(), pulse(lambda run, cell: time.monotonic() > ends, said))
    assert {event.phase for event in said} == {"loading"}
    hub.slow.clear()
    # Nobody holds it any more: room can be made.
    Ledger(tmp_path / "ledger", 1).shrink(cache.remove)
    assert Ledger(tmp_path / "ledger").entries() == []


def test_a_process_that_dies_while_it_fetches_is_worth_another_try(hub, online, spec):
    hub.slow.set()
    threading.Timer(3, lambda: kill_children()).start()
    with pytest.raises(ScoringError, match="the process that did ended with status -9") as told:
        find(spec())
    assert told.value.cause == "internal"
    hub.slow.clear()
    assert (find(spec()).folder / "model.safetensors").read_bytes() == FILES["model.safetensors"]


def kill_children() -> None:
    import psutil

    for child in psutil.Process().children():
        if "--fetch" in child.cmdline():
            child.kill()


def test_the_runner_describes_whether_it_may_fetch_and_has_a_token_and_never_the_token(tmp_path):
    def described(**environment: str) -> str:
        names = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "HUGGING"))}
        command = [sys.executable, "-m", "evaluation.runner", "--describe"]
        given = {**names, "HF_HOME": str(tmp_path), **environment}
        return subprocess.run(command, capture_output=True, text=True, check=True, env=given).stdout

    assert json.loads(described())["hub"] == {"downloads": False, "token": False}
    said = described(HF_HUB_OFFLINE="0", HF_TOKEN="hf_secret")
    assert json.loads(said)["hub"] == {"downloads": True, "token": True}
    assert "hf_secret" not in said


def test_a_serving_runner_has_the_token_no_more_in_its_environment(monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    assert cache.hide_token() == {"HF_TOKEN": "hf_secret"}
    assert "HF_TOKEN" not in os.environ
