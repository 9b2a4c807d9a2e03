"""/metrics: what the rows say, how long requests take, and who may read it."""

from datetime import timedelta

import pytest
import redis
from django.db import DatabaseError
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from evaluation.actions import run_claim, runs_sweep
from evaluation.models import Cell, Device, Run
from hub import __version__
from hub.actions import token_create
from hub.metrics import rows
from hub.models import ApiToken, Scope
from tests.factories import (
    make_card,
    make_cell,
    make_checkpoint,
    make_delivery,
    make_device,
    make_evaluation,
    make_run,
    make_task,
    make_user,
    make_webhook,
)

pytestmark = pytest.mark.django_db
GIB = 2**30


@pytest.fixture(autouse=True)
def redis_up(monkeypatch):
    monkeypatch.setattr(redis.Redis, "ping", lambda self: True)


@pytest.fixture
def read(client, settings):
    """The samples, by name and labels."""
    settings.HUB_METRICS = "open"

    def ask() -> dict[tuple, float]:
        answer = client.get("/metrics")
        assert answer.status_code == 200
        families = text_string_to_metric_families(answer.content.decode())
        found = [sample for family in families for sample in family.samples]
        names = [(sample.name, *sorted(sample.labels.items())) for sample in found]
        assert len(names) == len(set(names))
        return {name: sample.value for name, sample in zip(names, found, strict=True)}

    return ask


def of(node, **labels):
    return tuple(sorted({"node": node, **labels}.items()))


def test_an_empty_site_has_every_state_as_zero(read):
    found = read()
    assert found["arboretum_info", ("version", __version__)] == 1
    for state in ("queued", "running", "done", "failed", "cancelled"):
        assert found["arboretum_runs", ("state", state)] == 0
        assert found["arboretum_cells", ("state", state)] == 0
    assert found["arboretum_queue_oldest_seconds",] == 0
    assert (found["arboretum_redis_up",], found["arboretum_database_up",]) == (1, 1)
    assert found["arboretum_attempts_total",] == 0


def test_runs_and_cells_are_counted_by_state(read):
    make_run(state="running")
    for _each in range(2):
        make_cell(run=make_run())
    make_cell(state="failed", run=make_run(state="failed"))
    found = read()
    assert [found["arboretum_runs", ("state", s)] for s in ("queued", "running", "failed")] == [2, 1, 1]
    assert [found["arboretum_cells", ("state", s)] for s in ("queued", "failed")] == [2, 1]


def test_the_queue_is_told_by_size_of_device_and_age(read):
    old = make_run(memory_need=7 * GIB)
    make_run(memory_need=6 * GIB)
    make_run(memory_need=70 * GIB)
    make_run(state="running", memory_need=7 * GIB)
    Run.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(hours=1))
    found = read()
    assert found["arboretum_queue_runs", ("tier", "8g")] == 2
    assert found["arboretum_queue_runs", ("tier", "80g")] == 1
    assert 3590 < found["arboretum_queue_oldest_seconds",] < 3700


def test_evaluations_are_open_or_ended(read):
    make_evaluation([make_cell()])
    make_evaluation([make_cell()], ended_at=timezone.now())
    found = read()
    assert [found["arboretum_evaluations", ("state", s)] for s in ("open", "ended")] == [1, 1]


def test_attempts_and_lost_ones_are_counted(read):
    task = make_task()
    device = make_device(tasks=[task])
    make_cell(task=task, run=make_run(memory_need=GIB))
    lease = run_claim(device=device)
    Run.objects.filter(pk=lease.run).update(lease_until=timezone.now() - timedelta(seconds=1))
    runs_sweep()
    run_claim(device=device)
    found = read()
    assert found["arboretum_attempts_total",] == 2
    assert found["arboretum_attempts_lost_total",] == 1
    assert found["arboretum_attempts_ended_total", ("outcome", "queued")] == 1


def test_devices_tell_of_life_and_work(read):
    device = make_device(name="cuda:0", use={"memory": 5 * GIB, "load": 0.5}, run=make_run(state="running"))
    silent = make_device(seen_at=timezone.now() - timedelta(hours=1), draining=True)
    found = read()
    labels = of(device.node.name, device="cuda:0", kind="cuda")
    assert found["arboretum_device_up", *labels] == 1
    assert found["arboretum_device_busy", *labels] == 1
    assert found["arboretum_device_memory_used_bytes", *labels] == 5 * GIB
    assert found["arboretum_device_load_ratio", *labels] == 0.5
    other = of(silent.node.name, device="cpu", kind="cpu")
    assert found["arboretum_device_up", *other] == 0
    assert found["arboretum_device_draining", *other] == 1
    assert found["arboretum_device_heartbeat_age_seconds", *other] > 3590
    assert ("arboretum_device_load_ratio", *other) not in found
    assert found["arboretum_node_heartbeat_age_seconds", ("node", silent.node.name)] < 60


def test_a_device_that_was_never_seen_has_no_age(read):
    device = make_device()
    Device.objects.update(seen_at=None)
    assert ("arboretum_device_heartbeat_age_seconds", *of(device.node.name, device="cpu", kind="cpu")) not in read()


def test_messages_are_counted_by_channel_and_those_that_are_due(read, owner):
    make_delivery(owner, make_webhook(owner))
    make_delivery(owner, state="sent")
    found = read()
    assert found["arboretum_deliveries", ("channel", "webhook"), ("state", "waiting")] == 1
    assert found["arboretum_deliveries", ("channel", "mail"), ("state", "sent")] == 1
    assert found["arboretum_deliveries_due",] == 1


def test_requests_are_timed_by_the_name_of_their_address(read, client):
    name = ("arboretum_http_responses_total", ("method", "GET"), ("status", "404"), ("view", "evaluation:run"))
    before = read().get(name, 0)
    client.get("/runs/1/")
    client.get("/runs/2/")
    found = read()
    assert found[name] == before + 2
    timed = (("method", "GET"), ("view", "evaluation:run"))
    assert found["arboretum_http_request_seconds_count", *timed] >= 2
    assert found["arboretum_http_request_seconds_bucket", ("le", "+Inf"), *timed] >= 2


def test_asking_at_random_makes_no_series(read, client):
    for path in ("/no/such", "/wp-admin", "/.env"):
        client.get(path)
    client.generic("BREW", "/no/such")
    views = {dict(labels).get("view", "") for _name, *labels in read()}
    methods = {dict(labels).get("method", "") for _name, *labels in read()}
    assert not any("such" in view or "env" in view for view in views)
    assert "none" in views
    assert "BREW" not in methods


def test_no_name_of_a_model_or_person_is_told(client, owner, settings):
    settings.HUB_METRICS = "open"
    card = make_card("Quince Hidden", visibility="restricted", owner=owner)
    cell = make_cell(make_checkpoint(card), run=make_run(make_checkpoint(card, revision="two"), requested_by=owner))
    make_device(loaded=str(cell.checkpoint))
    text = client.get("/metrics").content.decode()
    assert "quince" not in text.lower()
    assert owner.username not in text


def test_without_the_database_it_still_answers(read, monkeypatch):
    def away():
        raise DatabaseError

    monkeypatch.setattr(rows, "work", away)
    found = read()
    assert found["arboretum_database_up",] == 0
    assert ("arboretum_attempts_total",) not in found


def test_the_number_of_questions_does_not_grow_with_the_rows(read, django_assert_max_num_queries):
    for _each in range(5):
        make_cell(run=make_run(memory_need=GIB))
        make_device()
    assert Cell.objects.count() == 5
    with django_assert_max_num_queries(25):
        read()


class TestWhoMayRead:
    """With the setting as it comes: administrators, by token or session."""

    @pytest.fixture
    def admin(self):
        return make_user("admin", is_staff=True, is_superuser=True)

    def by_token(self, client, person, scope):
        secret = token_create(who=person, user=person, name="prometheus", scope=scope, days=None)[1]
        return client.get("/metrics", headers={"Authorization": f"Bearer {secret}"})

    def test_nobody_is_asked_for_a_token(self, client):
        answer = client.get("/metrics")
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert b"arboretum_" not in answer.content

    @pytest.mark.parametrize("scope", [Scope.METRICS, Scope.READ])
    def test_an_administrators_token_reads(self, client, admin, scope):
        assert self.by_token(client, admin, scope).status_code == 200
        assert ApiToken.objects.get().last_used_at is not None

    def test_a_nodes_token_and_one_that_is_none_read_nothing(self, client, admin):
        assert self.by_token(client, admin, Scope.NODE).status_code == 401
        assert client.get("/metrics", headers={"Authorization": "Bearer no"}).status_code == 401
        assert client.get("/metrics", headers={"Authorization": "Basic no"}).status_code == 401

    def test_others_read_nothing_by_token_or_session(self, client, owner, signed_in):
        assert self.by_token(client, owner, Scope.METRICS).status_code == 403
        assert signed_in(owner).get("/metrics").status_code == 403

    def test_an_administrator_reads_in_a_browser(self, admin, signed_in):
        assert signed_in(admin).get("/metrics").status_code == 200

    def test_a_token_for_measurements_reads_nothing_else(self, client, admin):
        secret = token_create(who=admin, user=admin, name="p", scope=Scope.METRICS, days=None)[1]
        for path in ("/api/v1/models", "/api/v1/webhooks"):
            assert client.get(path, headers={"Authorization": f"Bearer {secret}"}).status_code == 403

    def test_a_private_site_does_not_send_a_scraper_to_the_sign_in_page(self, client, settings):
        settings.HUB_PRIVATE = True
        assert client.get("/metrics").status_code == 401

    def test_it_can_be_off(self, admin, settings, signed_in):
        settings.HUB_METRICS = "off"
        assert signed_in(admin).get("/metrics").status_code == 404
