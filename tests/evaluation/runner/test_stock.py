"""Every number equals that of the stock ``lm_eval`` command, to the last digit."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from evaluation.core.protocol import CellSpec, SamplesWritten, TaskDone
from evaluation.core.samples import read_outcomes
from tests.evaluation.runner.processes import MODELS, TASKS, LiveRunner, StockHarness, make_spec, of_kind

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Asked:
    """One task at one number of shots."""

    task: str
    shots: int
    limit: int | None = 24

    @property
    def name(self) -> str:
        return f"{self.task}-{self.shots}"


CHOICES = [Asked("sapling_agreement", 0), Asked("sapling_agreement", 5)]
GENERATED = [Asked("sapling_arithmetic_gen", 5, 8)]
UNCUT = [Asked("sapling_rules", 5, None)]


def stock(harness: StockHarness, model: str, asked: list[Asked], out: Path) -> dict[str, Any]:
    """Name → (results, samples) of the ``lm_eval`` command, started from the repository's root."""
    loaded = f"pretrained={MODELS / f'sapling-{model}'},dtype=float32"
    for one in asked:
        harness.command(
            "--model", "hf", "--model_args", loaded, "--device", "cpu",
            "--tasks", one.task, "--num_fewshot", str(one.shots), "--batch_size", "16", "--include_path", str(TASKS),
            "--log_samples", "--output_path", str(out / one.name), *(["--limit", str(one.limit)] if one.limit else []),
        )  # fmt: skip
    return {one.name: read_stock(out / one.name, one.task) for one in asked}


def read_stock(folder: Path, task: str) -> tuple[dict[str, Any], list[Any]]:
    (results,) = folder.glob("**/results_*.json")
    (samples,) = folder.glob(f"**/samples_{task}_*.jsonl")
    rows = [json.loads(line) for line in samples.read_text(encoding="utf-8").splitlines()]
    return json.loads(results.read_text(encoding="utf-8"))["results"][task], rows


@pytest.mark.parametrize(
    ("model", "asked"),
    [("gpt2", CHOICES + GENERATED + UNCUT), ("llama", CHOICES), ("t5", CHOICES + GENERATED), ("bart", CHOICES)],
)
def test_every_metric_and_answer_equals_the_stock_commands(
    tmp_path: Path, warm_runner: LiveRunner, stock_harness: StockHarness, model: str, asked: list[Asked]
):
    cells = [CellSpec(one.name, one.task, one.shots, limit=one.limit) for one in asked]
    events = warm_runner.score(make_spec(tmp_path / "ours", *cells, model=model))
    ours = {event.cell: event for event in of_kind(events, TaskDone)}
    files = {event.cell: event.outcomes.file for event in of_kind(events, SamplesWritten)}
    for name, (results, samples) in stock(stock_harness, model, asked, tmp_path / "stock").items():
        metrics = {key: value for key, value in results.items() if "," in key and "_stderr" not in key}
        assert metrics == {f"{one.metric},{one.filter}": one.value for one in ours[name].results}
        for one in ours[name].results:
            assert one.stderr == results[f"{one.metric}_stderr,{one.filter}"]
            assert one.n == results["sample_len"]
        outcomes = {row["doc_id"]: row for row in read_outcomes(tmp_path / "ours" / files[name])}
        assert [answers(sample) for sample in samples] == [said(outcomes[sample["doc_id"]]) for sample in samples]


def answers(sample: dict[str, Any]) -> list[Any]:
    """What the stock command's model answered: log-likelihoods with greediness, or texts."""
    first = [response[0] for response in sample["resps"]]
    if isinstance(first[0], str):
        return first
    return [(float(value), greedy == "True") for value, greedy in first]


def said(outcome: dict[str, Any]) -> list[Any]:
    """The same, of ours."""
    return outcome["generated"] or list(zip(outcome["loglikelihoods"], outcome["greedy"], strict=True))
