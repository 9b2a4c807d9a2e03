"""lm-eval's ``vllm`` model over a stand-in for vLLM: the same scores as through transformers, and its faults in words.

vLLM itself cannot be installed where the tests run; ``tests/vllm_stand_in`` has the part of it that lm-eval uses.
"""

from __future__ import annotations

import inspect
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evaluation.core.answers import FILE
from evaluation.core.protocol import (
    CancelCommand,
    CellSpec,
    Failed,
    Finished,
    Message,
    Progress,
    Ready,
    RunCommand,
    RunSpec,
    SamplesWritten,
    Started,
    TaskDone,
    TaskStarted,
)
from evaluation.core.samples import read_outcomes
from tests.evaluation.runner.processes import ENVIRONMENT, MODELS, ROOT, TASKS, LiveRunner, make_spec, of_kind

pytestmark = pytest.mark.slow

STAND_IN = ROOT / "tests" / "vllm_stand_in"
TEXTS = """
task: whole_texts
dataset_path: json
dataset_kwargs:
  data_files:
    test: {data}
test_split: test
output_type: loglikelihood_rolling
doc_to_text: ""
doc_to_target: "{{{{prompt}}}}"
metric_list:
  - metric: word_perplexity
metadata:
  version: 1.0
"""
CHOICES = CellSpec("choices", "sapling_agreement", 0, limit=24)
SHOTS = CellSpec("shots", "sapling_agreement", 5, limit=24)
WRITTEN = CellSpec("written", "sapling_arithmetic_gen", 5, limit=8)
WHOLE = CellSpec("texts", "whole_texts", 0, limit=6)


class StandIn:
    """A runner that finds the stand-in, and the directory through which the stand-in is steered and watched."""

    def __init__(self, runner: LiveRunner, directory: Path) -> None:
        self.runner, self.directory = runner, directory
        self.ready: Ready = of_kind(runner.until(Ready), Ready)[0]
        self.score, self.until, self.send = runner.score, runner.until, runner.send

    def told(self, what: str) -> list[dict[str, Any]]:
        """Each time that it was ``made``, or asked to ``generate``, with what the environment said then."""
        said = [json.loads(line) for line in (self.directory / "trace").read_text().splitlines()]
        return [one for one in said if what in one]

    def batches(self) -> list[int]:
        return [one["generate"] for one in self.told("generate")]

    def shall(self, **how: str) -> None:
        for name, value in how.items():
            (self.directory / name).write_text(value)

    def afresh(self) -> None:
        for file in self.directory.iterdir():
            file.unlink()


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    """One runner for all, so that torch is imported once."""
    directory = tmp_path_factory.mktemp("stand-in")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(ENVIRONMENT, "PYTHONPATH", f"{ROOT}:{STAND_IN}")
        patch.setitem(ENVIRONMENT, "STAND_IN", str(directory))
        with LiveRunner() as live:
            yield StandIn(live, directory)


@pytest.fixture
def runner(started: StandIn) -> StandIn:
    started.afresh()
    return started


def in_vllm(out: Path, *cells: CellSpec, model: str = "gpt2", **changes: Any) -> RunSpec:
    spec = make_spec(out, *(cells or [CHOICES]), model=model, **changes)
    return replace(spec, model=replace(spec.model, backend="vllm"))


def results(events: list[Message]) -> dict[str, list[tuple[Any, ...]]]:
    """Cell → metrics with values, errors, counts and comparable keys; sums of logarithms without their values."""
    assert not of_kind(events, Failed), of_kind(events, Failed)
    return {
        done.cell: [
            (one.metric, one.filter, "" if done.cell == "texts" else one.value, one.stderr, one.n, one.comparable_key)
            for one in done.results
        ]
        for done in of_kind(events, TaskDone)
    }


def perplexity(events: list[Message]) -> float:
    (value,) = (one.value for done in of_kind(events, TaskDone) if done.cell == "texts" for one in done.results)
    return float(value)


def likelihoods(out: Path, events: list[Message], cell: str) -> list[float]:
    (file,) = (one.outcomes.file for one in of_kind(events, SamplesWritten) if one.cell == cell)
    rows = sorted(read_outcomes(out / file), key=lambda row: row["doc_id"])
    return [value for row in rows for value in row["loglikelihoods"]]


def failure(events: list[Message]) -> tuple[str, str]:
    ((cause, reason),) = {(one.cause, one.reason) for one in of_kind(events, Failed)}
    return cause, reason


@pytest.mark.parametrize("model", ["gpt2", "llama"])
def test_scores_equal_those_through_transformers(tmp_path: Path, runner: StandIn, model: str):
    cells = [CHOICES, SHOTS, WRITTEN, WHOLE]
    (tmp_path / "whole_texts.yaml").write_text(TEXTS.format(data=TASKS / "sapling_cloze.jsonl"))
    folders: dict[str, Any] = {"task_dirs": [str(TASKS), str(tmp_path)]}
    direct = runner.score(make_spec(tmp_path / "direct", *cells, model=model, batch_size="1", **folders))
    engine = runner.score(in_vllm(tmp_path / "vllm", *cells, model=model, batch_size="auto", **folders))
    assert set(results(engine)) == {"choices", "shots", "written", "texts"}
    assert results(engine) == results(direct)
    assert perplexity(engine) == pytest.approx(perplexity(direct), rel=1e-5)
    for name in ("choices", "shots"):
        wanted = pytest.approx(likelihoods(tmp_path / "direct", direct, name), abs=1e-4)
        assert likelihoods(tmp_path / "vllm", engine, name) == wanted
    made = next(done.made_with for done in of_kind(engine, TaskDone))
    assert (made["backend"], made["versions"]["vllm"], made["dtype"]) == ("vllm", "0.11.2", "float32")
    (before,), (now,) = of_kind(direct, Started), of_kind(engine, Started)
    assert (now.parameters, now.max_length, now.dtype) == (before.parameters, before.max_length, before.dtype)


def test_vllm_is_told_what_is_safe_and_sees_no_device_but_its_own(tmp_path: Path, runner: StandIn):
    runner.score(make_spec(tmp_path / "other"))
    runner.score(in_vllm(tmp_path / "vllm"))
    (made,), (asked,) = runner.told("made"), runner.told("generate")[:1]
    wanted = {
        "model": str(MODELS / "sapling-gpt2"),
        "trust_remote_code": False,
        "load_format": "safetensors",
        "tensor_parallel_size": 1,
        "dtype": "float32",
    }
    assert {name: made["made"][name] for name in wanted} == wanted
    assert made["environment"] == {
        "CUDA_VISIBLE_DEVICES": "",
        "VLLM_NO_USAGE_STATS": "1",
        "VLLM_WORKER_MULTIPROC_METHOD": "spawn",
    }
    assert asked["environment"]["CUDA_VISIBLE_DEVICES"] is None, "what the runner sees is as it was before"


def test_several_devices_are_tensor_parallel_and_the_only_ones_that_vllm_sees(monkeypatch: pytest.MonkeyPatch):
    from evaluation.runner import engine
    from evaluation.runner.spread import Place

    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0,1,2,3")
    place = Place("cuda:1", ("cuda:1", "cuda:3"))
    spec = in_vllm(Path("/out")).model
    assert engine.arguments(Path("/oak"), spec, place, 8)["tensor_parallel_size"] == 2
    with engine.surroundings(place):
        assert os.environ["CUDA_VISIBLE_DEVICES"] == "1,3"
    with engine.surroundings(Place("cuda:2")):
        assert os.environ["CUDA_VISIBLE_DEVICES"] == "2"
    assert os.environ["CUDA_VISIBLE_DEVICES"] == "0,1,2,3"


def test_each_argument_is_one_that_the_installed_harness_takes_or_hands_on(monkeypatch: pytest.MonkeyPatch):
    from evaluation.runner import engine
    from evaluation.runner.spread import Place

    monkeypatch.syspath_prepend(str(STAND_IN))
    given = engine.arguments(Path("/oak"), in_vllm(Path("/out")).model, Place("cpu"), 8)
    taken = set(inspect.signature(engine.lm_evals().__init__).parameters)
    assert set(given) - taken == {"load_format"}, "vLLM's own"


def test_batches_are_as_asked_for_and_with_auto_vllm_gets_all(tmp_path: Path, runner: StandIn):
    runner.score(make_spec(tmp_path / "other"))
    runner.score(in_vllm(tmp_path / "a", batch_size="10"))
    runner.score(in_vllm(tmp_path / "b", batch_size="auto"))
    assert runner.batches() == [10, 10, 10, 10, 8, 48]
    assert len(runner.told("made")) == 1, "the second run found it loaded"


@pytest.mark.parametrize("model", ["bert", "t5"])
def test_other_families_are_refused_in_words(tmp_path: Path, runner: StandIn, model: str):
    cause, reason = failure(runner.score(in_vllm(tmp_path, model=model)))
    assert (cause, reason.startswith("vLLM scores no encoder-")) == ("refused", True)


def test_a_node_tells_whether_it_has_vllm_and_one_without_it_says_so_of_a_run(tmp_path, monkeypatch, runner: StandIn):
    assert runner.ready.versions["vllm"] == "0.11.2"
    monkeypatch.setitem(ENVIRONMENT, "PYTHONPATH", str(ROOT))
    with LiveRunner() as live:
        (ready,) = of_kind(live.until(Ready), Ready)
        assert "vllm" not in ready.versions
        cause, reason = failure(live.score(in_vllm(tmp_path)))
    assert (cause, reason.startswith("vLLM cannot be used on this node:")) == ("refused", True)


@pytest.mark.parametrize(
    ("fault", "cause", "said"),
    [
        ("cache", "memory", "The checkpoint does not fit into the memory of cpu with vLLM: ValueError: To serve"),
        ("start", "internal", "vLLM did not start, as its own lines in the log tell: RuntimeError: Engine core"),
        ("dies", "internal", "vLLM ended while it computed, as its own lines in the log tell: EngineDeadError"),
    ],
)
def test_how_vllm_fails_decides_what_becomes_of_the_run(tmp_path: Path, runner: StandIn, fault, cause, said):
    """Memory is worth a larger device, an engine that died another try; neither is the task's fault."""
    runner.score(make_spec(tmp_path / "other"))
    runner.shall(fault=fault)
    found, reason = failure(runner.score(in_vllm(tmp_path / "vllm")))
    assert (found, reason.startswith(said)) == (cause, True), reason


def test_a_run_is_cancelled_between_two_calls_and_signs_of_life_come_from_within(tmp_path: Path, runner: StandIn):
    runner.shall(pause="0.3")
    spec = in_vllm(tmp_path, replace(CHOICES, limit=40), batch_size="20")
    runner.send(RunCommand(spec))
    runner.until(TaskStarted)
    assert [one.done for one in of_kind(runner.until(Progress), Progress)] == [0]
    signs = of_kind(runner.until(Progress), Progress)
    assert [one.done for one in signs] == [0], "within the first call, after five seconds"
    runner.send(CancelCommand(spec.run))
    events = runner.until(Finished)
    assert not [one for one in events if isinstance(one, (TaskDone, Failed))]
    assert runner.batches() == [20]


def test_answers_are_kept_apart_from_those_of_transformers(tmp_path: Path, runner: StandIn):
    store: dict[str, Any] = {"answers": str(tmp_path / FILE), "answers_bytes": 1 << 26, "batch_size": "8"}
    runner.score(make_spec(tmp_path / "direct", CHOICES, **store))
    first = runner.score(in_vllm(tmp_path / "a", **store))
    again = runner.score(in_vllm(tmp_path / "b", **store))
    reused = [done.made_with["answers"]["reused"] for events in (first, again) for done in of_kind(events, TaskDone)]
    assert reused == [0, 48]
    assert results(again) == results(first)
