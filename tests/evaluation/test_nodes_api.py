"""Machines in the API, and who may take them out of work."""

from datetime import timedelta

import pytest
from django.utils import timezone

from evaluation.models import Attempt, AuditEntry, Node
from tests.factories import make_card, make_checkpoint, make_device, make_run, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def node():
    node = Node.objects.create(name="gpu-1", seen_at=timezone.now(), labels=["eu"], versions={"torch": "2.13.0"})
    use = {"memory": 2**30, "load": 0.25}
    make_device(node, "cuda:0", speed={"multiple_choice": 41.5}, use=use)
    make_device(node, "cuda:1", use=use, seen_at=timezone.now() - timedelta(hours=1))
    return node


@pytest.fixture
def admin(signed_in):
    return signed_in(make_user("admin", is_staff=True, is_superuser=True))


def devices(client) -> list[dict]:
    return client.get("/api/v1/nodes").json()["items"][0]["devices"]


def test_a_device_tells_its_use_its_speed_and_what_it_does(client, node):
    run = make_run(state="running", owner="gpu-1/cuda:0")
    first, second = devices(client)
    assert (first["run"], first["busy"], first["live"]) == (run.pk, True, True)
    assert (first["memory_used"], first["load"], first["speed"]) == (2**30, 0.25, {"multiple_choice": 41.5})
    assert (second["live"], second["memory_used"], second["load"]) == (False, None, None)


def test_a_node_tells_whether_it_fetches_weights_and_has_a_token(client, node):
    told = client.get("/api/v1/nodes").json()["items"][0]
    assert (told["downloads"], told["hub_token"], told["labels"]) == (False, False, ["eu"])
    Node.objects.update(downloads=True, hub_token=True)
    told = client.get("/api/v1/nodes").json()["items"][0]
    assert (told["downloads"], told["hub_token"]) == (True, True)
    assert "gated ones too: it has a token of the hub" in client.get("/nodes/").content.decode()


def test_work_on_a_hidden_model_is_busy_and_no_more(client, node, signed_in, owner):
    hidden = make_checkpoint(make_card("Oak", visibility="restricted", owner=owner))
    run = make_run(hidden, "running", owner="gpu-1/cuda:0")
    node.devices.filter(name="cuda:0").update(loaded=str(hidden))
    told = devices(client)[0]
    assert (told["busy"], told["run"], told["holds"]) == (True, None, "")
    told = devices(signed_in(owner))[0]
    assert (told["run"], told["holds"]) == (run.pk, "oak@main")


def test_an_administrator_drains_a_node_and_resumes_one_device(admin, node):
    answer = admin.post("/api/v1/nodes/gpu-1/drain")
    assert [each["draining"] for each in answer.json()["devices"]] == [True, True]
    answer = admin.post("/api/v1/nodes/gpu-1/resume?device=cuda:1")
    assert [each["draining"] for each in answer.json()["devices"]] == [True, False]
    assert list(AuditEntry.objects.order_by("pk").values_list("action", "target")) == [
        ("devices drained", "gpu-1"),
        ("devices resumed", "gpu-1/cuda:1"),
    ]


def test_others_may_not_and_what_is_not_there_is_not_found(client, admin, node, signed_in, stranger):
    assert client.post("/api/v1/nodes/gpu-1/drain").status_code == 401
    refused = signed_in(stranger).post("/api/v1/nodes/gpu-1/drain")
    assert refused.status_code == 403
    assert "Only an administrator" in refused.json()["detail"]
    assert admin.post("/api/v1/nodes/gpu-2/drain").status_code == 404
    assert admin.post("/api/v1/nodes/gpu-1/drain?device=cpu").status_code == 404
    assert not node.devices.filter(draining=True).exists()


def test_a_run_tells_its_attempts_and_what_they_used(client):
    run, now = make_run(state="running", attempt=2), timezone.now()
    ended = {"ended_at": now, "outcome": "queued", "reason": "stopped"}
    Attempt.objects.create(run=run, number=1, devices=["gpu-1/cuda:0"], began_at=now, use=[[0, 5, None]], **ended)
    Attempt.objects.create(run=run, number=2, devices=["gpu-1/cuda:1"], began_at=now)
    first, second = client.get(f"/api/v1/runs/{run.pk}").json()["attempts"]
    assert (first["devices"], first["outcome"], first["reason"]) == (["gpu-1/cuda:0"], "queued", "stopped")
    assert first["use"] == [[0, 5, None]]
    assert (second["outcome"], second["ended_at"]) == (None, None)
