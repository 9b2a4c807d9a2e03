"""A real runner asks a real OpenAI-compatible server over a reference model: scores equal those of the weights here."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evaluation.core.protocol import (
    CancelCommand,
    CellSpec,
    Failed,
    Finished,
    Message,
    RunCommand,
    RunSpec,
    SamplesWritten,
    ServedSpec,
    TaskDone,
    TaskStarted,
)
from evaluation.core.samples import read_outcomes, read_prompts
from tests.evaluation.runner.processes import ENVIRONMENT, MODELS, TASKS, LiveRunner, make_spec, of_kind
from tests.openai_server import Script, serving, serving_checkpoint

pytestmark = pytest.mark.slow

# Whole texts, below the length that the reference models see at once.
ROLLING = """
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
  - metric: bits_per_byte
metadata:
  version: 1.0
"""
TEXTS = CellSpec("texts", "whole_texts", 0, limit=6)
CHOICES = CellSpec("choices", "sapling_agreement", 0, limit=24)
SHOTS = CellSpec("shots", "sapling_agreement", 5, limit=24)
WRITTEN = CellSpec("written", "sapling_arithmetic_gen", 5, limit=8)
ALL: dict[str, Any] = {"completions": True, "echo": True, "token_prompts": True, "chat": True}


@pytest.fixture(scope="module")
def runner() -> Iterator[LiveRunner]:
    """One runner for all, so that torch is imported once. Its environment has a key."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(ENVIRONMENT, "OVEN_API_KEY", "of-tests")
        with LiveRunner() as live:
            yield live


def served(
    out: Path,
    *cells: CellSpec,
    address: str,
    model: str = "gpt2",
    path: str | None = None,
    task_dirs: list[str] | None = None,
    **asked,
) -> RunSpec:
    """A run on the server at ``address``; ``path``: where its tokenizer lies, blank for nowhere."""
    folders: dict[str, Any] = {"task_dirs": task_dirs} if task_dirs else {}
    spec = make_spec(out, *cells, model=model, **folders)
    place = spec.model.path if path is None else path
    how = ServedSpec("oven", address, "sapling", **{"max_length": 256, "tries": 2, "timeout": 20.0, **asked})
    return replace(spec, model=replace(spec.model, path=place, served=how))


def numbers(events: list[Message]) -> dict[str, list[tuple]]:
    """Cell → every metric with error, count and comparable key, and its value unless that is a sum of logarithms."""
    return {
        done.cell: [
            (one.metric, one.filter, "" if done.cell == "texts" else one.value, one.stderr, one.n, one.comparable_key)
            for one in done.results
        ]
        for done in of_kind(events, TaskDone)
    }


def texts(events: list[Message]) -> list[float]:
    """Perplexities of whole texts: computed one by one or in batches, they differ in the last digits."""
    return [one.value for done in of_kind(events, TaskDone) if done.cell == "texts" for one in done.results]


def likelihoods(out: Path, events: list[Message], cell: str) -> list[float]:
    """Every log-likelihood of a cell, in the order of the documents."""
    (file,) = (one.outcomes.file for one in of_kind(events, SamplesWritten) if one.cell == cell)
    rows = sorted(read_outcomes(out / file), key=lambda row: row["doc_id"])
    return [value for row in rows for value in row["loglikelihoods"]]


@pytest.mark.parametrize("model", ["gpt2", "llama"])
def test_scores_of_a_served_model_equal_those_of_its_weights(tmp_path: Path, runner: LiveRunner, model: str):
    cells = [CHOICES, SHOTS, WRITTEN, TEXTS]
    (tmp_path / "whole_texts.yaml").write_text(ROLLING.format(data=TASKS / "sapling_cloze.jsonl"))
    folders: dict[str, Any] = {"task_dirs": [str(TASKS), str(tmp_path)]}
    direct = runner.score(make_spec(tmp_path / "direct", *cells, model=model, batch_size="1", **folders))
    with serving_checkpoint(MODELS / f"sapling-{model}") as address:
        how: dict[str, Any] = {"model": model, "address": address, **folders}
        text: dict[str, Any] = {"completions": True, "echo": True}
        asked = runner.score(served(tmp_path / "served", *cells, **how, **ALL))
        as_text = runner.score(served(tmp_path / "text", *cells, **how, **text))
        by_server = runner.score(served(tmp_path / "server", *cells, **how, path="", tokenizer=True, **ALL))
    assert set(numbers(direct)) == {"choices", "shots", "written", "texts"}
    wholes = [texts(events) for events in (asked, as_text, by_server)]
    assert wholes == [pytest.approx(texts(direct), rel=1e-6)] * 3
    assert numbers(asked) == numbers(as_text) == numbers(by_server) == numbers(direct)
    for name in ("choices", "shots"):
        wanted = pytest.approx(likelihoods(tmp_path / "direct", direct, name), abs=1e-5)
        assert likelihoods(tmp_path / "served", asked, name) == wanted
        assert likelihoods(tmp_path / "text", as_text, name) == wanted
    made = {done.cell: done.made_with for done in of_kind(asked, TaskDone)}
    assert made["choices"]["backend"] == "local-completions"
    assert (made["choices"]["server"], made["choices"]["served_model"]) == ("oven", "sapling")
    assert not {"dtype", "batch_size", "parameters"} & made["choices"].keys(), "the server's affair, and not known"
    assert address not in str(made)


def letters(out: Path, *cells: CellSpec, address: str, **asked) -> RunSpec:
    """A run on ``Letters``, which splits texts itself."""
    able = {**ALL, "tokenizer": True, "max_length": 2048}
    return served(out, *(cells or [CHOICES]), address=address, path="", **{**able, **asked})


def failed(events: list[Message]) -> dict[str, tuple[str, str]]:
    """Cell → cause and reason."""
    return {one.cell: (one.cause, one.reason) for one in of_kind(events, Failed)}


def test_faults_that_pass_change_no_score(tmp_path: Path, runner: LiveRunner):
    with serving() as server:
        calm = runner.score(letters(tmp_path / "calm", address=server.address))
        server.script.faults.extend([(500, {}), (429, {"Retry-After": "0"}), (503, {}), (502, {})])
        rough = runner.score(letters(tmp_path / "rough", address=server.address, tries=5))
    assert numbers(rough) == numbers(calm)
    assert likelihoods(tmp_path / "rough", rough, "choices") == likelihoods(tmp_path / "calm", calm, "choices")


def test_requests_are_under_way_together_and_no_more_than_allowed(tmp_path: Path, runner: LiveRunner):
    with serving(script=Script(slow=0.02)) as server:
        events = runner.score(letters(tmp_path, address=server.address, concurrency=3))
    assert set(numbers(events)) == {"choices"}
    assert server.script.most_at_once == 3


@pytest.mark.parametrize(
    ("status", "said"),
    [(500, "answered 500: A scripted 500. (2 tries"), (429, "answered 429"), (0, "gave no whole answer within 1 s")],
)
def test_a_server_that_fails_for_good_is_told_in_words(tmp_path: Path, runner: LiveRunner, status: int, said: str):
    """It may be back for the next attempt of the run: the cause is one that is worth another try."""
    with serving() as server:
        spec = letters(tmp_path, address=server.address, timeout=1.0)
        runner.score(replace(spec, cells=[]))
        server.script.faults.extend([(status, {})] * 500)
        (reason,) = failed(runner.score(spec)).values()
    assert reason[0] == "internal"
    assert reason[1].startswith("The server oven ")
    assert said in reason[1]
    assert server.address not in reason[1]


def test_a_wrong_key_fails_at_once_and_stands_nowhere(tmp_path: Path, runner: LiveRunner):
    with serving(script=Script(key="right")) as server:
        events = runner.score(letters(tmp_path, address=server.address, key_variable="OVEN_API_KEY"))
        asked = [path for path, _body in server.script.asked]
    assert failed(events) == {
        "": ("refused", "The server oven answered 401: Wrong key: Bearer …. The key is missing or not the right one.")
    }
    assert len(asked) == 1
    assert "of-tests" not in str(events)


def test_a_key_that_this_node_does_not_have_is_told(tmp_path: Path, runner: LiveRunner):
    with serving() as server:
        events = runner.score(letters(tmp_path, address=server.address, key_variable="NOT_SET_API_KEY"))
    ((_cause, reason),) = failed(events).values()
    assert reason == "The server oven needs a key, and NOT_SET_API_KEY is not set on this node."
    assert not server.script.asked


def test_without_echo_likelihoods_are_refused_and_texts_are_written(tmp_path: Path, runner: LiveRunner):
    with serving(script=Script().without("echo")) as server:
        able = {"echo": False, "token_prompts": False}
        events = runner.score(letters(tmp_path, CHOICES, WRITTEN, address=server.address, **able))
    assert failed(events) == {
        "choices": (
            "refused",
            "A likelihood needs log probabilities of the prompt (echo), and the server oven offers none.",
        )
    }
    assert set(numbers(events)) == {"written"}


def test_a_server_that_lost_its_echo_since_the_probe_scores_nothing(tmp_path: Path, runner: LiveRunner):
    with serving(script=Script().without("echo")) as server:
        events = runner.score(letters(tmp_path, address=server.address))
    ((cause, reason),) = failed(events).values()
    assert (cause, "echo is not supported" in reason) == ("task", True)


def test_a_tokenizer_that_is_not_the_served_models_is_refused(tmp_path: Path, runner: LiveRunner):
    with serving() as server:
        events = runner.score(served(tmp_path, CHOICES, address=server.address, **ALL))
    ((cause, reason),) = failed(events).values()
    assert cause == "checkpoint"
    assert reason.startswith("The tokenizer is not that of the served model: it splits a text into")


def test_with_the_chat_template_the_server_is_asked_in_turns(tmp_path: Path, runner: LiveRunner):
    cell = replace(WRITTEN, chat_template=True, system_instruction="Be short.")
    with serving() as server:
        events = runner.score(letters(tmp_path, cell, address=server.address))
        turns = [body["messages"] for path, body in server.script.asked if path.endswith("/chat/completions")]
    (done,) = of_kind(events, TaskDone)
    assert done.made_with["backend"] == "local-chat-completions"
    assert {one[0]["content"] for one in turns} == {"Be short."}
    assert {len(one) for one in turns} == {1 + 2 * WRITTEN.num_fewshot + 1}
    (files,) = of_kind(events, SamplesWritten)
    shown = [row["prompt"] for row in read_prompts(tmp_path / files.prompts.file)]
    assert [json.loads(one) for one in shown] == sorted(turns, key=lambda one: shown.index(json.dumps(one)))


def test_a_run_that_nobody_wants_ends_while_its_server_is_silent(tmp_path: Path, runner: LiveRunner):
    with serving() as server:
        spec = letters(tmp_path, address=server.address, timeout=60.0)
        runner.score(replace(spec, cells=[]))
        server.script.faults.extend([(0, {})] * 100)
        runner.send(RunCommand(spec))
        runner.until(TaskStarted)
        began = time.monotonic()
        runner.send(CancelCommand(spec.run))
        (finished,) = of_kind(runner.until(Finished), Finished)
    assert finished.cancelled
    assert time.monotonic() - began < 20
