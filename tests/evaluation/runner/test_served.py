"""A real runner asks a real OpenAI-compatible server over a reference model: scores equal those of the weights here."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from evaluation.core.protocol import CellSpec, Message, RunSpec, SamplesWritten, ServedSpec, TaskDone
from evaluation.core.samples import read_outcomes
from tests.evaluation.runner.processes import ENVIRONMENT, MODELS, ROOT, LiveRunner, make_spec, of_kind

pytestmark = pytest.mark.slow

CHOICES = CellSpec("choices", "sapling_agreement", 0, limit=24)
SHOTS = CellSpec("shots", "sapling_agreement", 5, limit=24)
WRITTEN = CellSpec("written", "sapling_arithmetic_gen", 5, limit=8)
ALL = {"completions": True, "echo": True, "token_prompts": True, "chat": True}


@contextmanager
def reference_server(model: str, *arguments: str) -> Iterator[str]:
    """The address of a server in a process of its own."""
    command = [sys.executable, "-m", "tests.openai_server", str(MODELS / f"sapling-{model}"), *arguments]
    process = subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True)
    try:
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def runner() -> Iterator[LiveRunner]:
    """One runner for all, so that torch is imported once."""
    with LiveRunner() as live:
        yield live


def served(out: Path, *cells: CellSpec, address: str, model: str = "gpt2", path: str | None = None, **asked) -> RunSpec:
    """A run on the server at ``address``; ``path``: where its tokenizer lies, blank for nowhere."""
    spec = make_spec(out, *cells, model=model)
    place = spec.model.path if path is None else path
    how = ServedSpec("oven", address, "sapling", **{"max_length": 256, "tries": 2, "timeout": 20.0, **asked})
    return replace(spec, model=replace(spec.model, path=place, served=how))


def numbers(events: list[Message]) -> dict[str, list[tuple]]:
    """Cell → every metric with its value, error, count and comparable key."""
    return {
        done.cell: [(one.metric, one.filter, one.value, one.stderr, one.n, one.comparable_key) for one in done.results]
        for done in of_kind(events, TaskDone)
    }


def likelihoods(out: Path, events: list[Message], cell: str) -> list[float]:
    """Every log-likelihood of a cell, in the order of the documents."""
    (file,) = (one.outcomes.file for one in of_kind(events, SamplesWritten) if one.cell == cell)
    rows = sorted(read_outcomes(out / file), key=lambda row: row["doc_id"])
    return [value for row in rows for value in row["loglikelihoods"]]


@pytest.mark.parametrize("model", ["gpt2", "llama"])
def test_scores_of_a_served_model_equal_those_of_its_weights(tmp_path: Path, runner: LiveRunner, model: str):
    cells = [CHOICES, SHOTS, WRITTEN]
    direct = runner.score(make_spec(tmp_path / "direct", *cells, model=model, batch_size="1"))
    with reference_server(model) as address:
        how = {"model": model, "address": address}
        text = {"completions": True, "echo": True}
        asked = runner.score(served(tmp_path / "served", *cells, **how, **ALL))
        as_text = runner.score(served(tmp_path / "text", *cells, **how, **text))
        by_server = runner.score(served(tmp_path / "server", *cells, **how, path="", tokenizer=True, **ALL))
    assert set(numbers(direct)) == {"choices", "shots", "written"}
    assert numbers(asked) == numbers(as_text) == numbers(by_server) == numbers(direct)
    for name in ("choices", "shots"):
        wanted = pytest.approx(likelihoods(tmp_path / "direct", direct, name), abs=1e-5)
        assert likelihoods(tmp_path / "served", asked, name) == wanted
        assert likelihoods(tmp_path / "text", as_text, name) == wanted
    made = {done.cell: done.made_with for done in of_kind(asked, TaskDone)}
    assert made["choices"]["backend"] == "local-completions"
    assert (made["choices"]["server"], made["choices"]["served_model"]) == ("oven", "sapling")
    assert address not in str(made)
