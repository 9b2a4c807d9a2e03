"""The API as a whole: who may ask, what errors look like, how lists go on."""

import json

import pytest
from django.test import Client

from tests.factories import make_card, make_cell, make_checkpoint, make_device, make_run, make_score, make_task

pytestmark = pytest.mark.django_db
PROBLEM = "application/problem+json"


def post(client, path, body, **more):
    return client.post(f"/api/v1/{path}", json.dumps(body), content_type="application/json", **more)


@pytest.fixture
def asked(tmp_path, settings):
    """A request that can be carried out: the checkpoint's file is there."""
    from numpy import zeros
    from safetensors.numpy import save_file

    settings.HUB_CHECKPOINT_DIRS = [tmp_path]
    folder = tmp_path / "weights"
    folder.mkdir()
    save_file({"a": zeros((4, 4), dtype="float32")}, folder / "model.safetensors")
    shape = {"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "n_positions": 64}
    (folder / "config.json").write_text(json.dumps(shape))
    (folder / "tokenizer.json").write_text("{}")
    make_checkpoint(make_card("Small One"), path=str(folder))
    make_task("agreement")
    make_device()
    return {"models": ["small-one"], "tasks": ["agreement"], "num_fewshot": [0, 5], "note": "tonight"}


def test_an_evaluation_is_queued_and_then_found_again(owner, signed_in, asked):
    browser = signed_in(owner)
    answer = post(browser, "evaluations", asked)
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert [want["asked_fewshot"] for want in made["wants"]] == [0, 5]
    assert {want["cell"]["state"] for want in made["wants"]} == {"queued"}
    assert made["requested_by"] == "owner"
    again = post(browser, "evaluations", asked)
    assert again.status_code == 200
    assert all(want["reused"] for want in again.json()["wants"])
    listed = browser.get("/api/v1/evaluations").json()
    assert (listed["count"], listed["items"][-1]["cells_total"]) == (2, 2)
    run = browser.get(f"/api/v1/runs/{made['wants'][0]['cell']['run']}").json()
    assert run["model"] == "small-one"
    assert run["waiting"]


def test_a_run_tells_why_it_waits(client):
    run = make_run(memory_need=500 * 2**30)
    make_device(memory=8 * 2**30)
    answer = client.get(f"/api/v1/runs/{run.pk}").json()
    assert answer["waiting"].startswith("needs about 500 GiB of device memory")
    done = make_run(run.checkpoint, state="done")
    assert client.get(f"/api/v1/runs/{done.pk}").json()["waiting"] == ""


def test_a_retry_without_redis_says_so(owner, signed_in, asked, monkeypatch):
    monkeypatch.setattr("evaluation.actions.retry.transaction.on_commit", lambda act: act())
    monkeypatch.setattr("evaluation.actions.retry.wake", lambda count=1, runs=(): False)
    browser = signed_in(owner)
    pk = post(browser, "evaluations", asked).json()["id"]
    post(browser, f"evaluations/{pk}/cancel", {})
    assert post(browser, f"evaluations/{pk}/retry", {}).json()["woken"] is False


def test_cancelling_twice_says_that_it_is_done(owner, signed_in, asked):
    browser = signed_in(owner)
    pk = post(browser, "evaluations", asked).json()["id"]
    cancelled = post(browser, f"evaluations/{pk}/cancel", {})
    assert cancelled.status_code == 200, cancelled.content
    assert {want["cell"]["state"] for want in cancelled.json()["wants"]} == {"cancelled"}
    again = post(browser, f"evaluations/{pk}/cancel", {})
    assert (again.status_code, again.headers["Content-Type"]) == (409, PROBLEM)
    retried = post(browser, f"evaluations/{pk}/retry", {})
    assert {want["cell"]["state"] for want in retried.json()["wants"]} == {"queued"}


def test_nobody_cancels_what_another_asked_for(owner, stranger, signed_in, asked):
    pk = post(signed_in(owner), "evaluations", asked).json()["id"]
    answer = post(signed_in(stranger), f"evaluations/{pk}/cancel", {})
    assert (answer.status_code, answer.headers["Content-Type"]) == (403, PROBLEM)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"models": ["no-such"]}, "models"),
        ({"tasks": ["no_such"]}, "tasks"),
        ({"num_fewshot": [-1]}, "num_fewshot"),
        ({"limit": 0}, "limit"),
        ({"colour": "green"}, "colour"),
    ],
)
def test_bad_requests_are_told_by_field(owner, signed_in, asked, change, field):
    answer = post(signed_in(owner), "evaluations", {**asked, **change})
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, PROBLEM)
    assert field in answer.json()["errors"]


@pytest.mark.parametrize("body", ["{", "[]", '"text"', ""])
def test_a_body_that_is_no_object_is_refused(owner, signed_in, body):
    answer = signed_in(owner).post("/api/v1/evaluations", body, content_type="application/json")
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, PROBLEM)


def test_writing_needs_somebody(client, asked):
    answer = post(client, "evaluations", asked)
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, PROBLEM)


def test_a_session_writes_with_its_csrf_token_only(owner, asked):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(owner)
    assert post(browser, "evaluations", asked).status_code == 403
    browser.get("/accounts/tokens/")
    headers = {"X-CSRFToken": browser.cookies["csrftoken"].value}
    assert post(browser, "evaluations", asked, headers=headers).status_code == 201


def test_a_list_goes_on_until_its_end(client):
    for number in range(5):
        make_card(f"Card {number}")
    found, path = [], "/api/v1/models?page_size=2&sort=name"
    while path:
        part = client.get(path).json()
        assert part["count"] == 5
        found += [model["slug"] for model in part["items"]]
        path = part["next"]
    assert found == [f"card-{number}" for number in range(5)]


def test_a_list_of_models_takes_the_filters_of_the_page(client):
    make_card("Large", parameters=7_000_000_000, release_date="2023-02-01", release_precision="month")
    make_card("Small", architecture_family="encoder-only")
    answer = client.get("/api/v1/models?architecture_family=decoder-only&parameters_min=1B").json()
    assert [model["slug"] for model in answer["items"]] == ["large"]
    assert answer["items"][0]["release_date"] == "2023-02"
    wrong = client.get("/api/v1/models?parameters_min=big&sort=colour")
    assert wrong.status_code == 422
    assert set(wrong.json()["errors"]) == {"parameters_min", "sort"}


@pytest.mark.parametrize("query", ["page=0", "page=x", "page_size=100000", "num_fewshot=-1", "origin=dreamt"])
def test_a_parameter_out_of_bounds_is_named(client, query):
    answer = client.get(f"/api/v1/scores?{query}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, PROBLEM)
    assert list(answer.json()["errors"]) == [query.split("=")[0]]


@pytest.mark.parametrize("path", ["models/none", "models/none/lineage", "evaluations/1", "runs/1", "nothing"])
def test_what_is_not_there_is_a_problem_document(client, path):
    answer = client.get(f"/api/v1/{path}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, PROBLEM)


def test_an_error_of_ours_shows_no_trace(client, monkeypatch):
    monkeypatch.setattr("modelcards.api.tree.grow", lambda *_: 1 / 0)
    answer = client.get("/api/v1/tree")
    assert (answer.status_code, answer.headers["Content-Type"]) == (500, PROBLEM)
    assert "division" not in answer.content.decode()


def test_scores_say_where_they_come_from(client):
    cell = make_cell(state="done")
    make_score(cell, "acc", 0.5)
    score = client.get("/api/v1/scores?origin=measured").json()["items"][0]
    assert (score["model"], score["task"], score["value"]) == (cell.checkpoint.card.slug, cell.task.name, 0.5)
    assert score["comparable_key"]
    assert client.get("/api/v1/scores?task=other").json()["count"] == 0


def test_scores_of_an_older_generation_are_left_out(client):
    old = make_cell(state="done")
    new = make_cell(old.checkpoint, old.task, state="done", generation=1)
    make_score(old, "acc", 0.1)
    make_score(new, "acc", 0.9)
    values = [score["value"] for score in client.get("/api/v1/scores").json()["items"]]
    assert values == [0.9]


def test_compare_answers_rows_with_verdicts(client):
    task = make_task("agreement")
    for name, value in (("First", 0.5), ("Second", 0.9)):
        cell = make_cell(make_checkpoint(make_card(name)), task, state="done")
        make_score(cell, "acc", value, stderr=0.02)
    answer = client.get("/api/v1/compare?models=first,second").json()
    assert (answer["models"], answer["baseline"]) == (["first", "second"], "first")
    row = answer["rows"][0]
    assert [score["value"] for score in row["scores"]] == [0.5, 0.9]
    assert row["scores"][1]["verdict"]["kind"] == "better"


@pytest.mark.parametrize(("models", "status"), [("", 422), ("first", 422), ("first,none", 404)])
def test_compare_says_what_is_wrong_with_its_models(client, models, status):
    make_card("First")
    answer = client.get(f"/api/v1/compare?models={models}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, PROBLEM)


def test_lineage_walks_both_ways_and_survives_a_loop(client):
    from modelcards.models import Lineage

    base, middle, leaf = (make_card(name) for name in ("Base", "Middle", "Leaf"))
    for child, parent in ((middle, base), (leaf, middle), (base, leaf)):
        Lineage.objects.create(child=child, parent=parent, relation="finetune")
    answer = client.get("/api/v1/models/middle/lineage").json()
    assert answer["ancestors"] == ["base", "leaf"]
    assert answer["descendants"] == ["leaf", "base"]


def test_the_schema_names_every_path(client):
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    named = {path.removeprefix("/api/v1/") for path in paths}
    assert {"models", "models/{slug}", "models/{slug}/lineage", "evaluations", "evaluations/{pk}"} <= named
    assert {"evaluations/{pk}/cancel", "evaluations/{pk}/retry", "runs", "runs/{pk}", "scores"} <= named
    assert {"compare", "tree", "tasks", "nodes"} <= named
