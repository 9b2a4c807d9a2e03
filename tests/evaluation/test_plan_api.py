"""The matrix and the groups of an evaluation over REST."""

import json

import pytest

from evaluation.models import Cell, Evaluation
from tests.evaluation.actions.conftest import runnable, woken  # noqa: F401
from tests.factories import make_cell, make_checkpoint, make_device, make_evaluation, make_score, make_task

pytestmark = pytest.mark.django_db


def post(client, path, body):
    return client.post(f"/api/v1/{path}", json.dumps(body), content_type="application/json")


def test_a_plan_tells_the_matrix_and_writes_nothing(client, runnable):  # noqa: F811
    runnable("oak"), runnable("moss", family="encoder-only")
    agreement, _story = make_task("agreement"), make_task("story", output_type="generate_until")
    make_device(tasks=[agreement])
    asked = {"models": ["oak", "moss"], "tasks": ["agreement", "story"], "seed": [1, 2]}
    plan = post(client, "evaluations/plan", asked).json()
    assert (plan["run"], plan["refused"], plan["waiting"], plan["nodes"]) == (6, 2, 2, 1)
    assert [(c["model"], c["task"], c["seed"], c["verdict"]) for c in plan["cells"]][-2:] == [
        ("moss", "story", 1, "refused"),
        ("moss", "story", 2, "refused"),
    ]
    assert "does not write text" in plan["cells"][-1]["reason"]
    assert "has the task's data" in plan["cells"][2]["waits"]
    assert not Evaluation.objects.exists()


def test_a_plan_of_a_billion_cells_is_refused_by_field(client):
    names = [f"m{i}" for i in range(500)]
    answer = post(client, "evaluations/plan", {"models": names, "tasks": names})
    assert answer.status_code == 422
    assert "250000 cells" in answer.content.decode()


def test_an_evaluation_tells_the_scores_of_its_groups(client):
    oak, a, b = make_checkpoint(), make_task("a"), make_task("b")
    rules = [{"metric": "acc", "filter_list": None, "weight_by_size": False}]
    make_task("both", kind="group", members=["a", "b"], aggregates=rules)
    cells = [make_cell(oak, task, "done") for task in (a, b)]
    make_score(cells[0], value=0.5, n=10), make_score(cells[1], value=0.9, n=1000)
    evaluation = make_evaluation(cells)
    evaluation.request["tasks"] = ["both"]
    evaluation.save()
    (group,) = client.get(f"/api/v1/evaluations/{evaluation.pk}").json()["groups"]
    assert (group["group"], group["tasks"], group["done"]) == ("both", 2, 2)
    assert group["scores"][0]["value"] == pytest.approx(0.7)
    page = client.get(f"/evaluations/{evaluation.pk}/").content.decode()
    assert 'id="groups"' in page
    assert "<b>0.7000</b>" in page
    board = client.get("/tasks/both/").content.decode()
    assert "<b>0.7000</b>" in board
    assert "plain mean of its parts" in board


def test_a_group_with_a_part_missing_has_no_score_yet(client):
    oak, a, _b = make_checkpoint(), make_task("a"), make_task("b")
    rules = [{"metric": "acc", "filter_list": None, "weight_by_size": True}]
    make_task("both", kind="group", members=["a", "b"], aggregates=rules)
    cell = make_cell(oak, a, "done")
    make_score(cell, value=0.5)
    evaluation = make_evaluation([cell])
    evaluation.request["tasks"] = ["both"]
    evaluation.save()
    page = client.get(f"/evaluations/{evaluation.pk}/").content.decode()
    assert "1 of 2" in page
    assert "not yet" in page
    assert "1 model is measured on some of its parts" in client.get("/tasks/both/").content.decode()


def test_several_seeds_are_rows_of_their_own(client, runnable, owner, signed_in):  # noqa: F811
    runnable("oak")
    make_task("agreement")
    query = {"models": "oak", "tasks": "agreement", "seed": "1, 2", "num_fewshot": "0"}
    rows = client.get("/evaluations/new/", query).context["preview"].matrix.rows
    assert [(row.name, row.seed) for row in rows] == [("oak", 1), ("oak", 2)]
    signed_in(owner).post("/evaluations/new/", query)
    assert [cell.settings["seed"] for cell in Cell.objects.order_by("pk")] == [1, 2]
    page = client.get(f"/evaluations/{Evaluation.objects.get().pk}/")
    assert "2 seeds" in page.content.decode()
    matrix = page.context["matrix"]
    assert [row.seed for row in matrix.rows] == [1, 2]
