"""Answers that are kept: a run that goes on where it was stopped ends like one that never was, to the last digit."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evaluation.core.answers import FILE
from evaluation.core.protocol import (
    CellSpec,
    Finished,
    Message,
    Progress,
    RunCommand,
    RunSpec,
    SamplesWritten,
    TaskDone,
    TaskStarted,
)
from evaluation.core.samples import read_outcomes
from tests.evaluation.runner.processes import TASKS, LiveRunner, make_spec, of_kind

pytestmark = pytest.mark.slow

STORE_BYTES = 1 << 28
TEXTS = "task: texts\ndataset_path: json\ndataset_kwargs:\n  data_files:\n    test: {file}\ntest_split: test\n" \
    "output_type: loglikelihood_rolling\ndoc_to_text: ''\ndoc_to_target: '{{{{text}}}}'\nmetric_list:\n" \
    "  - metric: word_perplexity\n  - metric: byte_perplexity\n"  # fmt: skip


@pytest.fixture(scope="module")
def service() -> Any:
    return InProcess()


class InProcess:
    """A runner's service in this process, which stops when a share of the answers is there."""

    def __init__(self) -> None:
        from evaluation.runner.service import Service

        self.said: list[Message] = []
        self.share = 2.0
        self.service = Service(self.said.append, self._stopped)

    def _stopped(self, run: str, cell: str) -> bool:
        scoring = any(isinstance(event, TaskStarted) for event in self.said)
        pulse = self.service._pulse
        return scoring and pulse._answers >= self.share * pulse._requests

    def score(self, spec: RunSpec, share: float = 2.0) -> list[Message]:
        self.said.clear()
        self.share = share
        self.service.run(spec)
        return list(self.said)


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a task of whole texts, some longer than the models see at once."""
    folder = tmp_path_factory.mktemp("texts")
    data = folder / "texts.jsonl"
    sentence = "the fox sees the small bird near the river and the bird sings. "
    data.write_text("".join(json.dumps({"text": sentence * (1 + n * 7 % 13) + str(n)}) + "\n" for n in range(30)))
    (folder / "texts.yaml").write_text(TEXTS.format(file=data))
    return folder


def kept_in(folder: Path, *cells: CellSpec, **changes: Any) -> RunSpec:
    """A run whose answers are kept below ``folder``."""
    store = {"answers": str(folder / FILE), "answers_bytes": STORE_BYTES}
    return make_spec(folder / "out", *cells, **{"batch_size": "4", **store, **changes})


def outcome(spec: RunSpec, events: list[Message]) -> list[Any]:
    """Everything that a cell ends with: each result, and each answer of the model."""
    (done,) = of_kind(events, TaskDone)
    (written,) = of_kind(events, SamplesWritten)
    return [done.results, list(read_outcomes(Path(spec.out) / written.outcomes.file))]


def told(events: list[Message]) -> dict[str, int]:
    (done,) = of_kind(events, TaskDone)
    return done.made_with["answers"]


KINDS = {
    "choices": ("gpt2", CellSpec("c", "sapling_agreement", 1, limit=30)),
    "choices of an encoder-decoder": ("t5", CellSpec("c", "sapling_cloze", 0, limit=20)),
    "generation": ("gpt2", CellSpec("c", "sapling_arithmetic_gen", 2, limit=16)),
    "masked": ("bert", CellSpec("c", "sapling_facts", 0, limit=30)),
    "whole texts": ("gpt2", CellSpec("c", "texts", 0, limit=16)),
    "whole texts, masked": ("bert", CellSpec("c", "texts", 0, limit=4)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_stopped_run_goes_on_and_ends_like_one_that_was_never_stopped(tmp_path, service, texts, kind, monkeypatch):
    monkeypatch.setattr("evaluation.runner.kept.FLUSH_SECONDS", 0.0)
    monkeypatch.setattr("evaluation.runner.masked_lm.REQUESTS_AT_ONCE", 16)
    model, cell = KINDS[kind]
    changes: dict[str, Any] = {"model": model, "task_dirs": [str(TASKS), str(texts)]}
    calm = make_spec(tmp_path / "calm", cell, batch_size="4", **changes)
    wanted = outcome(calm, service.score(calm))
    spec = kept_in(tmp_path, cell, **changes)
    for share in (0.3, 0.6):
        stopped = service.score(spec, share)
        assert not of_kind(stopped, TaskDone), "it was to be stopped in the middle"
    events = service.score(spec)
    counts = told(events)
    assert 0.5 * counts["requests"] < counts["reused"] < counts["requests"]
    assert counts["elsewhere"] == 0
    assert outcome(spec, events) == wanted
    again = service.score(spec)
    assert told(again)["reused"] == counts["requests"], "all answers are there now"
    assert outcome(spec, again) == wanted


def test_a_killed_runner_loses_at_most_the_last_moments(tmp_path):
    cell = CellSpec("c", "sapling_cloze", 0)
    calm = make_spec(tmp_path / "calm", cell, batch_size="1")
    spec = kept_in(tmp_path, cell, batch_size="1")
    with LiveRunner() as runner:
        wanted = outcome(calm, runner.score(calm))
        runner.send(RunCommand(spec))
        while (progress := runner.until(Progress)[-1]).done < 100:  # type: ignore[attr-defined]
            pass
        os.kill(runner.process.pid, signal.SIGKILL)
    with LiveRunner() as runner:
        events = runner.score(spec)
    assert told(events)["reused"] >= 100
    assert told(events)["elsewhere"] == 0
    assert outcome(spec, events) == wanted
    assert progress.total == 250  # type: ignore[attr-defined]


def test_a_larger_limit_uses_what_a_smaller_one_has_computed(tmp_path, service):
    small = CellSpec("s", "sapling_agreement", 0, limit=20)
    large = replace(small, limit=50)
    service.score(kept_in(tmp_path, small))
    spec = kept_in(tmp_path, large)
    events = service.score(spec)
    counts = told(events)
    assert counts["reused"] == 40, "two choices for each of the twenty documents"
    assert counts["requests"] == 100
    assert counts["elsewhere"] == 40, "their batches were others, and the record says so"
    calm = make_spec(tmp_path / "calm", large, batch_size="4")
    results, rows = outcome(spec, events)
    calm_results, calm_rows = outcome(calm, service.score(calm))
    assert results == calm_results
    for row, calm_row in zip(rows, calm_rows, strict=True):
        assert row["loglikelihoods"] == pytest.approx(calm_row["loglikelihoods"], rel=1e-5)


OTHERS: dict[str, Callable[[RunSpec], RunSpec]] = {
    "a new measurement that was asked for": lambda spec: replace(spec, cells=[replace(spec.cells[0], fresh="7")]),
    "more shots": lambda spec: replace(spec, cells=[replace(spec.cells[0], num_fewshot=1)]),
    "another precision": lambda spec: replace(spec, model=replace(spec.model, dtype="bfloat16")),
    "a system instruction": lambda spec: replace(spec, cells=[replace(spec.cells[0], system_instruction="Hello.")]),
    "another checkpoint": lambda spec: make_spec(
        Path(spec.out), *spec.cells, model="llama", answers=spec.answers, answers_bytes=spec.answers_bytes
    ),
}


@pytest.mark.parametrize("other", OTHERS)
def test_answers_are_not_taken_from_what_was_computed_otherwise(tmp_path, service, other):
    spec = kept_in(tmp_path, CellSpec("c", "sapling_agreement", 0, limit=4))
    service.score(spec)
    assert told(service.score(spec))["reused"] == 8
    assert told(service.score(OTHERS[other](spec)))["reused"] == 0


def test_a_forced_measurement_that_was_stopped_uses_its_own_answers(tmp_path, service):
    spec = kept_in(tmp_path, CellSpec("c", "sapling_agreement", 0, limit=4, fresh="cell 7"))
    service.score(spec)
    assert told(service.score(spec))["reused"] == 8


def test_a_generation_that_samples_is_never_kept(tmp_path, service):
    sampled = {"do_sample": True, "temperature": 1.0}
    spec = kept_in(tmp_path, CellSpec("c", "sapling_arithmetic_gen", 0, limit=4, generation_kwargs=sampled))
    service.score(spec)
    assert told(service.score(spec)) == {"requests": 4, "reused": 0, "elsewhere": 0}


def test_requests_that_are_equal_are_kept_one_by_one(tmp_path, service):
    """Equal requests of one task fall into different batches; leaving out the second would shift all that follow."""
    data = tmp_path / "twins.jsonl"
    data.write_text("".join(json.dumps({"q": "the fox", "a": "sees"}) + "\n" for _n in range(10)))
    yaml = "task: twins\ndataset_path: json\ndataset_kwargs:\n  data_files:\n    test: {file}\ntest_split: test\n" \
        "output_type: loglikelihood\ndoc_to_text: '{{{{q}}}}'\ndoc_to_target: ' {{{{a}}}}'\n" \
        "metric_list:\n  - metric: acc\n"  # fmt: skip
    (tmp_path / "twins.yaml").write_text(yaml.format(file=data))
    spec = kept_in(tmp_path, CellSpec("c", "twins", 0), model="t5", task_dirs=[str(tmp_path)])
    service.score(spec)
    with sqlite3.connect(spec.answers) as database:
        assert database.execute("SELECT count(*) FROM answers").fetchone() == (10,)
    assert told(service.score(spec)) == {"requests": 10, "reused": 10, "elsewhere": 0}


def test_a_damaged_file_of_answers_only_costs_the_answers(tmp_path, service, capfd):
    spec = kept_in(tmp_path, CellSpec("c", "sapling_agreement", 0, limit=4))
    first = outcome(spec, service.score(spec))
    Path(spec.answers).write_bytes(b"nonsense " * 4000)
    events = service.score(spec)
    assert told(events)["reused"] == 0
    assert outcome(spec, events) == first
    assert "set aside" in capfd.readouterr().err
    assert told(service.score(spec))["reused"] == 8
    assert isinstance(events[-1], Finished)


def test_the_log_says_how_many_answers_were_there(tmp_path, service, capfd):
    spec = kept_in(tmp_path, CellSpec("c", "sapling_agreement", 0, limit=4))
    service.score(spec)
    capfd.readouterr()
    service.score(spec)
    assert "sapling_agreement, 0-shot: 8 of 8 answers were kept from before." in capfd.readouterr().err


def test_weights_that_were_replaced_are_asked_again(tmp_path, service):
    import shutil

    from tests.evaluation.runner.processes import MODELS

    folder = tmp_path / "model"
    shutil.copytree(MODELS / "sapling-gpt2", folder)
    spec = kept_in(tmp_path, CellSpec("c", "sapling_agreement", 0, limit=4), path=folder)
    service.score(spec)
    assert told(service.score(spec))["reused"] == 8
    from safetensors.torch import load_file, save_file

    weights = load_file(folder / "model.safetensors")
    name = next(iter(weights))
    weights[name] = weights[name] + 0.01
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    assert told(service.score(spec))["reused"] == 0
