"""/healthz names the part that is down."""

import pytest
import redis
from django.db import OperationalError, connection

from hub import __version__
from tests.factories import make_device, make_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def redis_up(monkeypatch):
    monkeypatch.setattr(redis.Redis, "ping", lambda self: True)


def test_it_is_ok_when_all_parts_are(client, redis_up):
    make_device()
    make_run()
    answer = client.get("/healthz")
    assert answer.status_code == 200
    found = answer.json()
    assert (found["status"], found["database"], found["redis"]) == ("ok", "ok", "ok")
    assert (found["workers"], found["queue"], found["version"]) == (1, 1, __version__)
    assert "reason" not in found


def test_without_a_worker_it_says_so(client, redis_up):
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert "workers: none seen" in answer.json()["reason"]


def test_without_redis_it_says_so_quickly(client, settings):
    make_device()
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["reason"].startswith("redis: does not answer")
    assert "6379" not in answer.content.decode()


def test_without_the_database_it_says_so_and_keeps_the_address_to_itself(client, redis_up, monkeypatch):
    def refuse() -> None:
        raise OperationalError("could not connect to host db.internal")

    monkeypatch.setattr(connection, "ensure_connection", refuse)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert "database: does not answer" in answer.json()["reason"]
    assert "db.internal" not in answer.content.decode()
