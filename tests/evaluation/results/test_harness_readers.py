"""lm-eval's own code reads what leaves, and real samples leave as lm-eval's command writes them, field by field."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from evaluation.core.protocol import CellSpec, SamplesWritten
from evaluation.results.samplelines import sample_lines
from tests.evaluation.results.stored import make_measured
from tests.evaluation.runner.processes import ENVIRONMENT, ROOT, LiveRunner, StockHarness, make_spec, of_kind
from tests.evaluation.runner.test_stock import Asked, stock
from tests.factories import make_evaluation, make_task

pytestmark = pytest.mark.slow
ASKED = [
    (Asked("sapling_agreement", 1, 12), "multiple_choice"),
    (Asked("sapling_arithmetic_gen", 1, 6), "generate_until"),
]


def test_real_samples_leave_as_the_stock_command_writes_them(
    tmp_path: Path, warm_runner: LiveRunner, stock_harness: StockHarness
):
    cells = [CellSpec(one.name, one.task, one.shots, limit=one.limit) for one, _kind in ASKED]
    events = warm_runner.score(make_spec(tmp_path / "ours", *cells))
    files = {event.cell: event for event in of_kind(events, SamplesWritten)}
    found = stock(stock_harness, "gpt2", [one for one, _kind in ASKED], tmp_path / "stock")
    for one, kind in ASKED:
        written = files[one.name]
        with (
            (tmp_path / "ours" / written.prompts.file).open("rb") as prompts,
            (tmp_path / "ours" / written.outcomes.file).open("rb") as outcomes,
        ):
            ours = [json.loads(json.dumps(line)) for line in sample_lines(prompts, outcomes, kind)]
        assert ours == found[one.name][1]


@pytest.mark.django_db
def test_lm_eval_reads_what_leaves(client, tmp_path: Path):
    cell = make_measured()
    other = make_measured("blue", checkpoint=cell.checkpoint)
    make_task("colours", kind="group", members=["red", "blue"], aggregates=[{"metric": "acc"}])
    evaluation = make_evaluation([cell, other], request={"models": [], "tasks": ["colours"], "num_fewshot": [0]})
    answer = client.get(f"/evaluations/{evaluation.pk}/results/lm-eval.zip")
    zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))).extractall(tmp_path / "out")
    program = [sys.executable, "-m", "tests.evaluation.results.harness_readers", str(tmp_path / "out")]
    done = subprocess.run(program, capture_output=True, text=True, env=ENVIRONMENT, cwd=ROOT, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    [results] = told["results"]
    assert {name for name, _date in told["samples"].values()} == {"red", "blue"}
    assert {date for _name, date in told["samples"].values()} == {
        results.partition("results_")[2].removesuffix(".json")
    }
    table = told["table"].replace(" ", "")
    assert "|colours|N/A|none|0|acc||0.5|±|0.2041|" in table
    assert "|-red|2|none|0|acc|↑|0.5|±|0.2887|" in table
    assert "|colours|" in told["groups"].replace(" ", "")
    assert told["unknown"] == ["arboretum"]
    for rows in told["rows"].values():
        assert (rows["rows"], rows["missing"]) == (4, [])
        assert rows["arguments"]["gen_args_1"] == {"arg_0": "Q0:", "arg_1": " sky"}
    assert "org__tiny-1b__red" in told["card"]
