"""Sample files hold whatever a task and a model say."""

import hashlib
import json
import math
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from evaluation.core.samples import (
    PROMPTS,
    ROWS_AT_ONCE,
    metric_values,
    outcome_schema,
    prompts_key,
    read_outcomes,
    read_prompts,
    write_outcomes,
    write_rows,
)


def prompt(number: int, text: str = "Q") -> dict:
    return {
        "doc_id": number, "doc_hash": f"h{number}", "document": "{}", "target": "1", "prompt": text, "contexts": [],
        "continuations": [" a", " b"], "options": "",
    }  # fmt: skip


def outcome(number: int, acc: float | None, filter_name: str = "none") -> dict:
    row = {
        "doc_id": number, "doc_hash": f"h{number}", "filter": filter_name, "loglikelihoods": [-1.5, -math.inf],
        "greedy": [True, False], "generated": [], "filtered": "[]", "others": "{}",
    }  # fmt: skip
    return row if acc is None else {**row, "metric.acc": acc}


def test_a_page_of_prompts_is_read_across_row_groups(tmp_path: Path):
    count = 2 * ROWS_AT_ONCE + 10
    write_rows(tmp_path / "p", PROMPTS, (prompt(number) for number in range(count)))
    page = [row["doc_id"] for row in read_prompts(tmp_path / "p", offset=ROWS_AT_ONCE - 2, count=5)]
    assert page == list(range(ROWS_AT_ONCE - 2, ROWS_AT_ONCE + 3))
    assert [row["doc_id"] for row in read_prompts(tmp_path / "p", offset=count - 1)] == [count - 1]
    assert not list(read_prompts(tmp_path / "p", offset=count))


def test_long_and_odd_text_comes_back(tmp_path: Path):
    text = "x" * 5_000_000 + "\n\t\u0000\u2028 🌱 <script>"
    write_rows(tmp_path / "p", PROMPTS, [prompt(0, text), prompt(1, "lone \ud800 surrogate")])
    first, second = read_prompts(tmp_path / "p")
    assert first["prompt"] == text
    assert second["prompt"] == "lone ? surrogate"


def test_outcomes_keep_infinity_and_leave_absent_metrics_out(tmp_path: Path):
    write_rows(tmp_path / "o", outcome_schema(["acc"]), [outcome(0, 1.0), outcome(1, None), outcome(2, math.nan)])
    first, second, third = read_outcomes(tmp_path / "o")
    assert first["loglikelihoods"] == [-1.5, -math.inf]
    assert (first["metrics"], second["metrics"]) == ({"acc": 1.0}, {})
    assert math.isnan(third["metrics"]["acc"])


def test_outcomes_of_one_filter_are_paged(tmp_path: Path):
    rows = [outcome(number, 1.0, name) for number in range(4) for name in ("strict", "flexible")]
    write_rows(tmp_path / "o", outcome_schema(["acc"]), rows)
    page = list(read_outcomes(tmp_path / "o", filter_name="flexible", offset=1, count=2))
    assert [(row["doc_id"], row["filter"]) for row in page] == [(1, "flexible"), (2, "flexible")]


def test_metric_values_pair_documents_by_hash_and_tell_twins_apart(tmp_path: Path):
    twin = {**outcome(5, 0.0), "doc_hash": "h0"}
    write_rows(tmp_path / "o", outcome_schema(["acc"]), [outcome(0, 1.0), outcome(1, None), twin])
    assert metric_values(tmp_path / "o", "acc", "none") == {"h0": 1.0, "h0#1": 0.0}
    assert metric_values(tmp_path / "o", "f1", "none") == {}


@pytest.mark.parametrize("field", ["doc_hash", "target", "prompt"])
def test_the_key_of_prompts_follows_what_was_asked(field: str):
    assert prompts_key([prompt(0)]) == prompts_key([prompt(0)])
    assert prompts_key([prompt(0)]) != prompts_key([{**prompt(0), field: "other"}])


def same(first: list[dict], second: list[dict]) -> bool:
    """NaN is itself here."""
    return repr(first) == repr(second)


def test_what_a_filter_left_unchanged_is_not_written_twice_and_comes_back(tmp_path: Path):
    chosen = {**outcome(0, 1.0), "filtered": "[[-1.5, true], [null, false]]"}
    wrote = {**outcome(1, 0.0), "loglikelihoods": [], "greedy": [], "generated": ["ä 1"], "filtered": '["ä 1"]'}
    taken = {**wrote, "doc_id": 2, "filtered": '["1"]'}
    rolled = {**outcome(3, 0.0), "loglikelihoods": [-7.25], "greedy": [], "filtered": "[-7.25]"}
    rows = [chosen, wrote, taken, rolled, outcome(4, None)]
    write_outcomes(tmp_path / "lean", ["acc"], rows)
    write_rows(tmp_path / "old", outcome_schema(["acc"]), rows)
    stored = pq.read_table(tmp_path / "lean")["filtered"].to_pylist()
    assert stored == [None, None, '["1"]', None, "[]"]
    assert same(list(read_outcomes(tmp_path / "lean")), list(read_outcomes(tmp_path / "old")))


def test_a_set_of_ten_thousand_documents_of_four_choices_takes_less_than_a_megabyte(tmp_path: Path):
    rng = np.random.default_rng(7)
    rows = []
    for number in range(10_042):
        likely = rng.normal(-40, 12, 4).astype(np.float32).astype(float).tolist()
        name = hashlib.sha256(str(number).encode()).hexdigest()
        filtered = json.dumps([[value, False] for value in likely])
        rows.append(
            {
                **outcome(number, 1.0),
                "doc_hash": name,
                "loglikelihoods": likely,
                "greedy": [False] * 4,
                "filtered": filtered,
            }
        )
    write_outcomes(tmp_path / "o", ["acc"], rows)
    assert (tmp_path / "o").stat().st_size < 0.7 * 2**20
    assert [row["loglikelihoods"] for row in read_outcomes(tmp_path / "o")] == [row["loglikelihoods"] for row in rows]
