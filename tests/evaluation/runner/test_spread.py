"""One checkpoint over several devices, as far as a machine without a GPU can tell."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from evaluation.core.protocol import CellSpec, Failed, Started, TaskDone
from tests.evaluation.runner.processes import LiveRunner, make_spec, of_kind

pytestmark = pytest.mark.slow
CELL = CellSpec("c", "sapling_agreement", 0, limit=8)


def results(events):
    assert not of_kind(events, Failed), of_kind(events, Failed)
    (done,) = of_kind(events, TaskDone)
    return [(result.metric, result.value) for result in done.results], done.made_with


@pytest.mark.parametrize("model", ["gpt2", "t5", "bert"])
def test_a_checkpoint_that_accelerate_places_scores_the_same(tmp_path: Path, warm_runner: LiveRunner, model: str):
    alone, made = results(warm_runner.score(make_spec(tmp_path / "a", CELL, model=model)))
    spread, spread_made = results(warm_runner.score(make_spec(tmp_path / "b", CELL, model=model, devices=["cpu"])))
    assert spread == alone
    assert "spread_over" not in made
    assert spread_made["spread_over"] == "cpu"


def test_a_device_that_is_not_here_is_told_before_anything_is_loaded(tmp_path: Path, warm_runner: LiveRunner):
    events = warm_runner.score(make_spec(tmp_path, CELL, devices=["cuda:0", "cuda:7"]))
    (failed,) = of_kind(events, Failed)
    assert not of_kind(events, Started)
    assert (failed.cell, failed.cause) == ("", "internal")
    assert "no device cuda:0" in failed.reason


def test_what_finds_no_room_on_the_devices_is_memory_and_not_an_offload_to_disk(tmp_path: Path, monkeypatch):
    from evaluation.core.protocol import Message
    from evaluation.runner import spread
    from evaluation.runner.service import Service

    monkeypatch.setattr(spread, "free_bytes", lambda _device: 300_000)
    events: list[Message] = []
    spec = make_spec(tmp_path, CELL, devices=["cpu"])
    assert not Service(events.append, lambda run, cell: False).run(spec)
    (failed,) = of_kind(events, Failed)
    assert (failed.cell, failed.cause) == ("", "memory")
    assert "does not fit into the memory of cpu" in failed.reason


def test_accelerate_is_told_the_chosen_gpus_and_no_other(monkeypatch):
    from evaluation.runner import spread
    from evaluation.runner.failures import ScoringError

    free = {"cuda:1": 100, "cuda:3": 50}
    monkeypatch.setattr(spread, "free_bytes", free.__getitem__)
    place = spread.Place("cuda:1", ("cuda:1", "cuda:3"))
    assert place.loading() == {"device_map": "auto", "max_memory": {1: 90, 3: 45}}
    assert spread.Place("cuda:1").loading() == {}
    place.refuse_elsewhere(SimpleNamespace(hf_device_map={"a": 1, "b": 3}))
    with pytest.raises(ScoringError, match="cuda:1 \\+ cuda:3 together: 1 of its parts, first 'b'"):
        place.refuse_elsewhere(SimpleNamespace(hf_device_map={"a": 1, "b": "disk"}))
    with pytest.raises(ScoringError):
        place.refuse_elsewhere(SimpleNamespace(hf_device_map={"a": 1, "b": 0}))
