"""What it costs to compare is told beside what is wanted, on answers that hang together."""

import json
from itertools import pairwise

import numpy as np
import pytest

from benchmarks import machine, results_file
from benchmarks.compare import goals, pages, peers, program
from benchmarks.compare.addresses import comparison, looks, samples
from benchmarks.compare.exams import EXAMS, MEANS, answered, asked, slugs, values
from benchmarks.compare.place import Place
from benchmarks.compare.rows import fill
from evaluation.models import Cell, SampleSet, Score

TIMES = {"elapsed": {"median": 0.1}, "processor": {"median": 0.1}}
COLD = {"/compare/": {"elapsed": {"median": 4.0}}, "/compare/samples/": {"elapsed": {"median": 0.5}}}
PAIR = {"ours": 0.001, "scipy": 1.0, "errors": 2.0}
PARTS = {
    "cold": {"clock": "elapsed", "pages": COLD},
    "warm": {"clock": "processor", "pages": {"/compare/": TIMES}},
    "samples": {"clock": "elapsed", "pages": {"first page": TIMES}},
    "tests": {"means": {"pairs": [PAIR, {**PAIR, "ours": 0.5}]}, "shares": {"apart": 0.0}},
}


def test_every_goal_is_a_row_with_its_floor():
    found = goals.rows(PARTS)
    assert all(set(row) == {"work", "ours", "peer", "speedup", "floor"} for row in found)
    told = [text.split()[0] for text in results_file.told(found)]
    # Cold misses 2 s, twice as fast is not twenty times, two errors apart are not three; exactly equal is reached.
    assert told == ["MISSED", "reached", "reached", "MISSED", "reached", "reached"]
    assert [row["floor"] for row in found].count(None) == 1


def test_the_same_seed_gives_the_same_answers_and_each_model_its_own():
    for exam in EXAMS:
        first, again, other = (next(iter(values(exam, model, 50).values())) for model in (0, 0, 1))
        assert np.array_equal(first, again)
        assert not np.array_equal(first, other)
        assert list(asked(exam, 5)) == list(asked(exam, 5))


def test_a_model_chose_the_answer_where_it_is_right_and_another_where_it_is_wrong():
    exam = EXAMS[0]
    for row, question in zip(answered(exam, 3, 60), asked(exam, 60), strict=True):
        chosen = int(np.argmax(row["loglikelihoods"]))
        assert (chosen == int(question["target"])) == (row["metric.acc"] == 1)
        assert row["doc_hash"] == question["doc_hash"]


def test_abler_models_score_higher_and_means_are_of_three_kinds():
    for exam in EXAMS:
        scores = [next(iter(values(exam, model, 4000).values())).mean() for model in (0, 5, 6, 7)]
        assert all(lower < higher for lower, higher in pairwise(scores))
    marks, overlap, similar = (next(iter(values(exam, 0, 400).values())) for exam in MEANS)
    assert len(np.unique(marks)) <= 11 < len(np.unique(overlap)) < len(np.unique(similar)) == 400


@pytest.mark.django_db
def test_the_pages_test_all_pairs_of_eight_models_and_show_their_samples(client):
    said: list[str] = []
    fill(said.append, 30)
    assert (Cell.objects.count(), SampleSet.objects.count()) == (80, 80)
    assert Score.objects.filter(task_name="boolq", metric="acc").count() == 8
    rows = client.get(comparison()).context["rows"]
    assert len(rows) == len(EXAMS)
    assert {len(row.pairs) for row in rows} == {8 * 7}
    methods = {row.key.subject: next(iter(row.pairs.values())).difference.method for row in rows}
    assert sum(method == "paired-clustered" for method in methods.values()) == 1
    assert sum(method == "paired-permutation" for method in methods.values()) == len(MEANS)
    for path in looks().values():
        assert pages.asked(client, path)["elapsed"] > 0
    with pytest.raises(RuntimeError, match="status 404"):
        pages.asked(client, "/nowhere/")


def test_ours_and_scipys_p_values_agree(monkeypatch):
    monkeypatch.setattr(peers, "PAIRS", peers.PAIRS[:1])
    said: list[str] = []
    found = peers.tests(said.append, 200)
    assert found["shares"]["apart"] < goals.EXACT
    for pair in found["means"]["pairs"]:
        assert pair["errors"] < goals.ERRORS


def test_a_p_value_is_as_many_errors_apart_as_resampling_explains():
    # Of 9,999 resamples none as far out on one side: SciPy says 2/10,000, whatever is smaller.
    assert peers.errors_apart(1e-30, 0.0002) == pytest.approx(0, abs=1e-9)
    assert peers.errors_apart(0.5, 0.5) == pytest.approx(0, abs=0.05)
    assert peers.errors_apart(0.5, 0.5 + 3 * 2 * (0.25 * 0.75 / 9999) ** 0.5) == pytest.approx(3, abs=0.05)


@pytest.fixture
def measured(monkeypatch, tmp_path) -> list[tuple[str, ...]]:
    """Nothing is written or measured: a list of parts with what they were asked."""
    found: list[tuple[str, ...]] = []

    def in_process(_site, part, *more):
        found.append((part, *more))
        return {"elapsed": 0.5, "processor": 0.4, "imports": 2.0, "imported": []} if part == "cold" else PARTS[part]

    monkeypatch.setattr(program, "ROOT", tmp_path)
    monkeypatch.setattr(program, "place", lambda documents, _say: Place(tmp_path, "", documents))
    monkeypatch.setattr(program, "in_process", in_process)
    monkeypatch.setattr(machine, "pace", lambda: "calm")
    (tmp_path / "benchmarks").mkdir()
    return found


def test_cold_pages_are_asked_of_new_processes_of_which_the_first_is_not_counted(measured, tmp_path):
    program.main(["cold", "--processes", "2"])
    assert measured == [("cold", "--path", path) for path in (comparison(), samples()) for _process in range(3)]
    stored = json.loads((tmp_path / "benchmarks" / "results" / "compare.json").read_text())
    assert stored["parts"]["cold"]["pages"]["/compare/"]["imports"] == 2.0


def test_parts_run_in_order_and_are_kept_beside_what_was_measured_before(measured, tmp_path, capsys):
    program.main(["tests", "warm"])
    program.main(["samples"])
    assert [part for part, *_more in measured] == ["warm", "tests", "samples"]
    stored = json.loads((tmp_path / "benchmarks" / "results" / "compare.json").read_text())
    assert set(stored["parts"]) == {"warm", "tests", "samples"}
    assert "reached  2.00 of at least 1: samples of eight models" in capsys.readouterr().out


def test_an_unknown_part_is_refused_by_name(measured, capsys):
    with pytest.raises(SystemExit):
        program.main(["speed"])
    assert "no part speed; one of: cold, warm, samples, tests" in capsys.readouterr().err


def test_eight_models_are_compared():
    assert len(slugs()) == 8
