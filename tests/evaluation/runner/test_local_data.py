"""Local tasks are scored from JSON, CSV and Parquet alike, and the reference tasks as a group as lm-eval does."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from evaluation.core.groups import Part, PartScore, aggregate, read_rules
from evaluation.core.protocol import CellSpec, Failed, TaskDone
from evaluation.core.taskdata import content_hash
from evaluation.core.taskindex import find_task, read_yaml
from tests.evaluation.runner.processes import MODELS, TASKS, LiveRunner, StockHarness, make_spec, of_kind, run_by_hand

pytestmark = pytest.mark.slow
YAML = """task: house_{format}
dataset_path: {format}
dataset_kwargs: {{data_files: {{test: house.{suffix}}}}}
test_split: test
output_type: multiple_choice
doc_to_text: "{{{{prompt}}}}"
doc_to_choice: "{{{{[one, two]}}}}"
doc_to_target: "{{{{answer}}}}"
metric_list: [{{metric: acc}}]
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Thirty questions in three formats."""
    folder = tmp_path / "house"
    folder.mkdir()
    lines = (TASKS / "sapling_agreement.jsonl").read_text().splitlines()[:30]
    asked = [json.loads(line) for line in lines]
    rows = [
        {"prompt": q["prompt"], "one": q["choices"][0], "two": q["choices"][1], "answer": q["answer"]} for q in asked
    ]
    (folder / "house.json").write_text("".join(json.dumps(row) + "\n" for row in rows))
    with (folder / "house.csv").open("w", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), folder / "house.parquet")
    for name in ("json", "csv", "parquet"):
        (folder / f"house_{name}.yaml").write_text(YAML.format(format=name, suffix=name))
    return folder


def test_json_csv_and_parquet_give_the_same_score_and_note_what_was_scored(tmp_path: Path, house: Path):
    cells = [CellSpec(name, f"house_{name}", 0) for name in ("json", "csv", "parquet")]
    events = run_by_hand(make_spec(tmp_path / "out", *cells, task_dirs=[str(house)]))
    assert not of_kind(events, Failed)
    done = of_kind(events, TaskDone)
    assert len({(d.results[0].value, d.results[0].n) for d in done}) == 1
    assert done[0].results[0].n == 30
    for one in done:
        found = find_task(f"house_{one.cell}", [house])
        assert found is not None
        assert one.made_with["task_content"] == content_hash(found)


def test_the_group_of_the_reference_tasks_has_the_score_that_the_command_of_lm_eval_gives(
    tmp_path: Path, warm_runner: LiveRunner, stock_harness: StockHarness
):
    group = read_yaml(TASKS / "sapling.yaml")
    cells = [CellSpec(name, name, 0, limit=20) for name in group["task"]]
    events = warm_runner.score(make_spec(tmp_path / "out", *cells))
    parts = [_part(done) for done in of_kind(events, TaskDone)]
    (ours,) = aggregate(read_rules(group["aggregate_metric_list"]), parts)
    arguments = ["--model", "hf", "--model_args", f"pretrained={MODELS / 'sapling-gpt2'},dtype=float32"]
    arguments += ["--tasks", "sapling", "--num_fewshot", "0", "--batch_size", "16", "--device", "cpu", "--limit", "20"]
    arguments += ["--include_path", str(TASKS), "--output_path", str(tmp_path / "stock")]
    stock_harness.command(*arguments)
    (file,) = (tmp_path / "stock").rglob("results_*.json")
    theirs = json.loads(file.read_text())["groups"]["sapling"]
    assert ours.value == theirs["acc,none"]
    assert ours.stderr == pytest.approx(theirs["acc_stderr,none"], rel=1e-12)


def _part(done: TaskDone) -> Part:
    scores = {(r.metric, r.filter): PartScore(r.value or 0.0, r.stderr) for r in done.results}
    return Part(done.cell, max(result.n for result in done.results), scores)
