"""Webhooks through the API."""

import socket

import pytest

from evaluation.models import Delivery, Webhook
from evaluation.notices.secrets import secret_of
from hub.actions import token_create
from hub.models import Scope
from tests.factories import make_cell, make_delivery, make_evaluation, make_webhook

pytestmark = pytest.mark.django_db
API = "/api/v1/webhooks"


@pytest.fixture
def ask(client, owner, monkeypatch):
    """Sends a request in the owner's name; every name stands for a public address."""

    def answer(host, port, **_rest):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", port))]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    secrets = {scope: token_create(who=owner, user=owner, name="t", scope=scope, days=1)[1] for scope in Scope}

    def send(method, path, body=None, scope=Scope.WRITE):
        headers = {"Authorization": f"Bearer {secrets[scope]}"}
        return getattr(client, method)(path, body, content_type="application/json", headers=headers)

    return send


def test_a_webhook_is_registered_read_and_removed(ask, owner):
    made = ask("post", API, {"name": "CI", "address": "https://ci.example.org/hook"})
    assert made.status_code == 201
    hook = Webhook.objects.get()
    assert made.json()["secret"] == secret_of(hook)
    one = ask("get", f"{API}/{hook.pk}").json()
    assert (one["name"], one["occasion"], "secret" in one) == ("CI", "ended", False)
    assert ask("get", API).json()["items"] == [one]
    assert ask("delete", f"{API}/{hook.pk}").status_code == 204
    assert ask("get", f"{API}/{hook.pk}").status_code == 404


def test_a_private_address_answers_422_by_field(ask):
    answer = ask("post", API, {"name": "CI", "address": "https://127.0.0.1/"})
    assert answer.status_code == 422
    assert "HUB_HOOK_HOSTS" in answer.json()["errors"]["address"][0]


def test_pausing_and_renewing(ask, owner):
    hook = make_webhook(owner)
    before = secret_of(hook)
    assert ask("post", f"{API}/{hook.pk}/pause").json()["paused_at"] is not None
    assert ask("post", f"{API}/{hook.pk}/test").status_code == 409
    assert ask("post", f"{API}/{hook.pk}/resume").json()["paused_at"] is None
    assert ask("post", f"{API}/{hook.pk}/secret").json()["secret"] != before


def test_a_test_message_is_made_and_listed(ask, owner):
    hook = make_webhook(owner)
    made = ask("post", f"{API}/{hook.pk}/test")
    assert (made.status_code, made.json()["state"], made.json()["webhook"]) == (201, "waiting", hook.pk)
    assert Delivery.objects.get().key.hex in made.json()["key"].replace("-", "")


def test_messages_are_listed_by_state_and_webhook(ask, owner, teammate):
    hook = make_webhook(owner)
    evaluation = make_evaluation([make_cell()], owner)
    make_delivery(owner, hook, state="sent", evaluation=evaluation)
    make_delivery(owner)
    make_delivery(teammate)
    assert ask("get", "/api/v1/notices").json()["count"] == 2
    found = ask("get", f"/api/v1/notices?state=sent&webhook={hook.pk}").json()["items"]
    assert [one["evaluation"] for one in found] == [evaluation.pk]


def test_another_persons_webhook_is_not_there(ask, teammate):
    hook = make_webhook(teammate)
    assert ask("get", API).json()["count"] == 0
    for method, rest in [("get", ""), ("delete", ""), *(("post", f"/{act}") for act in ("test", "pause", "secret"))]:
        assert ask(method, f"{API}/{hook.pk}{rest}").status_code == 404


def test_nobody_is_asked_to_sign_in_and_a_token_that_reads_changes_nothing(ask, client, owner):
    assert client.get(API).status_code == 401
    assert client.get("/api/v1/notices").status_code == 401
    hook = make_webhook(owner)
    assert ask("get", API, scope=Scope.READ).status_code == 200
    assert ask("delete", f"{API}/{hook.pk}", scope=Scope.READ).status_code == 403
