"""Imported scores on the pages and in plans: compared within themselves, and no substitute for a run."""

from __future__ import annotations

import pytest

from evaluation.actions import evaluation_plan
from evaluation.core.request import EvaluationRequest
from evaluation.models import Score, Task
from tests.evaluation.results.files import bring_in, old_results, write
from tests.evaluation.results.stored import make_measured
from tests.factories import make_card, make_user

pytestmark = pytest.mark.django_db


def curve(tmp_path, **values):
    """A training curve of one task: revision to accuracy."""
    for revision, value in values.items():
        found = old_results(results={"arc_easy": {"acc": value, "acc_stderr": 0.01}})
        found["config"]["model_args"] = f"pretrained=org/tiny-1b,revision={revision}"
        bring_in(write(tmp_path, f"{revision}.json", found))


def test_steps_of_a_curve_are_compared_with_one_another(client, tmp_path):
    make_card(slug="tiny", hf_repo="org/tiny-1b")
    curve(tmp_path, step1=0.25, step1000=0.5)
    assert len(set(Score.objects.values_list("comparable_key", flat=True))) == 1
    answer = client.get("/api/v1/compare?models=tiny@step1,tiny@step1000").json()
    [row] = answer["rows"]
    assert [score["value"] for score in row["scores"]] == [0.25, 0.5]
    assert {score["origin"] for score in row["scores"]} == {"imported"}
    assert "not known how" not in row["scores"][1]["verdict"]["reason"]


def test_the_card_shows_the_longest_trained_step_only(client, tmp_path):
    make_card(slug="tiny", hf_repo="org/tiny-1b")
    curve(tmp_path, step1=0.251, step1000=0.512)
    page = client.get("/models/tiny/").content.decode()
    assert "0.512" in page
    assert "0.251" not in page
    assert "0 measured, 1 imported" in page


def test_a_measured_and_an_imported_score_are_never_judged_against_each_other(client, tmp_path):
    measured = make_measured("arc_easy")
    make_card(slug="tiny", hf_repo="org/other")
    found = old_results(results={"arc_easy": {"acc": 0.25, "acc_stderr": 0.01}})
    found["config"]["model_args"] = "pretrained=org/other"
    bring_in(write(tmp_path, "r.json", found))
    answer = client.get(f"/api/v1/compare?models={measured.checkpoint.card.slug},tiny").json()
    [row] = [row for row in answer["rows"] if row["metric"] == "acc"]
    assert row["scores"][1]["verdict"]["kind"] == "unknown"


def test_an_imported_cell_does_not_spare_a_run(tmp_path):
    cell = make_measured("arc_easy")
    cell.scores.all().delete()
    type(cell).objects.filter(pk=cell.pk).update(state="failed")
    found = old_results(results={"arc_easy": {"acc": 0.25}})
    found["config"]["model_args"] = "pretrained=org/tiny-1b"
    bring_in(write(tmp_path, "r.json", found))
    request = EvaluationRequest(models=(cell.checkpoint.card.slug,), tasks=("arc_easy",))
    [planned] = evaluation_plan(user=make_user(), request=request).cells
    assert planned.verdict != "reuse"


def test_weights_that_only_results_name_are_refused_with_that_reason(tmp_path):
    person = make_user()
    found = old_results(results={"arc_easy": {"acc": 0.25}})
    found["config"]["model_args"] = "pretrained=/data/runs/mine"
    bring_in(write(tmp_path, "r.json", found), person)
    Task.objects.update(data_reason="")
    [planned] = evaluation_plan(user=person, request=EvaluationRequest(models=("mine",), tasks=("arc_easy",))).cells
    assert planned.verdict == "refused"
    assert "known only from results" in planned.reason


def test_a_task_that_only_results_name_cannot_be_queued(tmp_path):
    bring_in(write(tmp_path, "r.json", old_results()))
    assert set(Task.objects.values_list("data_reason", flat=True)) == {"Known only from imported results."}
