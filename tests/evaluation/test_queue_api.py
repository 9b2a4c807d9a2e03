"""The queue over REST."""

import json

import pytest

from evaluation.models import Run
from hub.actions import token_create
from hub.models import Scope
from tests.factories import make_card, make_cell, make_checkpoint, make_device, make_evaluation, make_run, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_redis(monkeypatch):
    for module in ("retry", "reprioritise"):
        monkeypatch.setattr(f"evaluation.actions.{module}.wake", lambda count=1, runs=(): True)


@pytest.fixture
def post(client, owner):
    """Sends a body with a token of the owner."""
    _token, secret = token_create(who=None, user=owner, name="t", scope=Scope.WRITE, days=None)

    def send(path, body, key=secret):
        text = body if isinstance(body, str) else json.dumps(body)
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return client.post(f"/api/v1/{path}", text, content_type="application/json", headers=headers)

    return send


def one(name, person, state="queued", **fields):
    checkpoint = make_checkpoint(make_card(name))
    run = make_run(checkpoint, state, requested_by=person, **fields)
    make_evaluation([make_cell(checkpoint, state=state, run=run, documents_total=100)], person)
    return run


def test_the_queue_tells_place_reason_and_progress(client, owner):
    one("Elm", owner, "running", progress={"seconds_left": 30})
    one("Oak", owner, memory_need=96 * 2**30)
    make_device(memory=2**30)
    answer = client.get("/api/v1/queue").json()
    assert answer["count"] == 2
    elm, oak = answer["items"]
    assert (elm["run"]["model"], elm["position"], elm["waiting"], elm["seconds"]) == ("elm", None, "", 30)
    assert (oak["run"]["model"], oak["position"], oak["cells"], oak["cells_over"]) == ("oak", 1, 1, 0)
    assert "needs about 96.0 GiB" in oak["waiting"]


def test_filters_and_pages(client, owner):
    one("Oak", owner), one("Elm", owner), one("Ash", owner, "failed")
    assert [row["run"]["model"] for row in client.get("/api/v1/queue?model=elm").json()["items"]] == ["elm"]
    assert [row["run"]["model"] for row in client.get("/api/v1/queue?state=failed").json()["items"]] == ["ash"]
    first = client.get("/api/v1/queue?page_size=1").json()
    assert (first["count"], len(first["items"])) == (2, 1)
    assert [row["run"]["model"] for row in client.get(first["next"]).json()["items"]] == ["elm"]
    assert client.get("/api/v1/queue?state=nonsense").status_code == 422


def test_hidden_models_are_left_out(client, owner):
    checkpoint = make_checkpoint(make_card("Secret", visibility="restricted", owner=owner))
    make_run(checkpoint, requested_by=owner)
    assert client.get("/api/v1/queue").json()["items"] == []


def test_runs_are_cancelled_by_number_and_by_filter(post, owner, teammate):
    oak, elm, hers = one("Oak", owner), one("Elm", owner), one("Ash", teammate)
    assert post("runs/cancel", {"runs": [oak.pk]}).json() == {"changed": 1, "left": {}, "woken": True}
    answer = post("runs/cancel", {"match": {"state": "queued"}}).json()
    assert answer["changed"] == 1
    assert list(answer["left"].values()) == [1]
    states = dict(Run.objects.values_list("pk", "state"))
    assert (states[oak.pk], states[elm.pk], states[hers.pk]) == ("cancelled", "cancelled", "queued")


def test_runs_are_repeated_and_reprioritised(post, owner):
    failed, waits = one("Oak", owner, "failed"), one("Elm", owner)
    assert post("runs/retry", {"runs": [failed.pk]}).json()["changed"] == 1
    assert post("runs/priority", {"match": {}, "priority": -4}).json()["changed"] == 2
    waits.refresh_from_db()
    assert waits.priority == -4


@pytest.mark.parametrize(
    ("body", "field", "why"),
    [
        ({}, "runs", "one of the two"),
        ({"runs": [1], "match": {}}, "runs", "one of the two"),
        ({"runs": "all"}, "runs", "a list"),
        ({"runs": [True]}, "runs", "a list"),
        ({"runs": [2**70]}, "runs", "a list"),
        ({"runs": [987654]}, "runs", "Not here, or not open to you: 987654"),
        ({"match": []}, "match", "an object"),
        ({"match": {"colour": "red"}}, "match", "colour"),
        ({"match": {"state": "lost"}}, "match", "one of running"),
        ({"match": {"model": 5}}, "match", "an object"),
        ({"match": {}, "all": True}, "all", "no such field"),
    ],
)
def test_what_makes_no_sense_is_refused_by_field(post, owner, body, field, why):
    run = one("Oak", owner)
    answer = post("runs/cancel", body)
    assert answer.status_code == 422
    assert why in answer.json()["errors"][field][0]
    run.refresh_from_db()
    assert run.state == "queued"


def test_a_priority_must_be_one_that_may_be_given(post, owner):
    one("Oak", owner)
    assert "needed" in post("runs/priority", {"match": {}}).json()["errors"]["priority"][0]
    assert post("runs/priority", {"match": {}, "priority": "5"}).status_code == 422
    assert post("runs/priority", {"match": {}, "priority": 5}).status_code == 403
    assert post("runs/priority", {"match": {}, "priority": -500}).status_code == 409


def test_hidden_runs_are_not_there(post, owner, stranger):
    checkpoint = make_checkpoint(make_card("Secret", visibility="restricted", owner=stranger))
    run = make_run(checkpoint, requested_by=owner)
    assert post("runs/cancel", {"runs": [run.pk]}).status_code == 422


def test_writing_needs_a_token_that_may_write(client, post, owner):
    run = one("Oak", owner)
    _token, reading = token_create(who=None, user=make_user(), name="r", scope=Scope.READ, days=None)
    assert post("runs/cancel", {"runs": [run.pk]}, key="").status_code == 401
    assert post("runs/cancel", {"runs": [run.pk]}, key=reading).status_code == 403
    assert post("runs/cancel", "{").status_code == 400
    assert client.get("/api/v1/runs/cancel").status_code in (404, 405)
