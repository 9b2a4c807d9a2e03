"""Machines and what they do."""

from datetime import timedelta

import pytest
from django.utils import timezone

from evaluation.models import Attempt, Node
from tests.factories import make_card, make_checkpoint, make_device, make_endpoint, make_run, make_user

pytestmark = pytest.mark.django_db
URL = "/nodes/"


def test_without_nodes_it_says_how_they_come(client):
    assert "No node has registered yet" in client.get(URL).content.decode()


def test_a_device_shows_memory_what_it_holds_and_versions(client):
    node = Node.objects.create(name="gpu-1", seen_at=timezone.now(), versions={"torch": "2.13.0"})
    make_device(node, "cuda:0", memory=80 * 2**30, description="H100", loaded=str(make_checkpoint(make_card("Oak"))))
    page = client.get(URL).content.decode()
    for text in ("gpu-1", "cuda:0", "H100", "80.0 GiB", "oak@main", "torch 2.13.0", "free"):
        assert text in page


def test_what_runs_where_and_since_when(client):
    node = Node.objects.create(name="gpu-1", seen_at=timezone.now())
    make_device(node, "cuda:0")
    run = make_run(state="running", owner="gpu-1/cuda:0", progress={"seconds_left": 300})
    page = client.get(URL).content.decode()
    assert f"/runs/{run.pk}/" in page
    assert run.checkpoint.card.name in page
    assert "about 5 min left" in page


def test_a_silent_node_is_told_from_one_that_is_up_and_comes_last(client):
    old = timezone.now() - timedelta(hours=3)
    make_device(Node.objects.create(name="a-silent", seen_at=old), seen_at=old)
    make_device(Node.objects.create(name="b-up", seen_at=timezone.now()))
    answer = client.get(URL)
    assert [(card.node.name, card.live) for card in answer.context["cards"]] == [("b-up", True), ("a-silent", False)]
    assert "no sign of life" in answer.content.decode()


def test_work_on_a_hidden_model_is_only_work(client, signed_in, restricted, teammate, stranger):
    make_device(Node.objects.create(name="gpu-1", seen_at=timezone.now()), "cpu", loaded=str(restricted))
    make_run(restricted, "running", owner="gpu-1/cpu")
    for browser in (client, signed_in(stranger)):
        page = browser.get(URL).content.decode()
        assert "Secret Oak" not in page
        assert "secret-oak" not in page
        assert "at work" in page
    assert "Secret Oak" in signed_in(teammate).get(URL).content.decode()


def test_the_script_gets_the_live_part_alone(client, part):
    page = client.get(URL, **part("live")).content.decode()
    assert "<html" not in page
    assert "data-unfinished" in page


def test_a_run_of_several_devices_is_shown_on_each_of_them(client):
    node = Node.objects.create(name="gpu-1", seen_at=timezone.now())
    run = make_run(state="running", owner="gpu-1/cuda:0", width=2)
    for name in ("cuda:0", "cuda:1"):
        make_device(node, name, run=run)
    assert client.get(URL).content.decode().count(f"/runs/{run.pk}/") == 2


def test_use_labels_and_speed_are_told_of_what_is_up_alone(client):
    told = {"use": {"memory": 20 * 2**30, "load": 0.42}, "memory": 80 * 2**30, "speed": {"multiple_choice": 41.5}}
    make_device(Node.objects.create(name="gpu-1", seen_at=timezone.now(), labels=["a100"]), "cuda:0", **told)
    page = client.get(URL).content.decode()
    for text in ("a100", "20.0 GiB", 'aria-valuenow="25"', "42 %", "41.5", "multiple_choice"):
        assert text in page
    old = timezone.now() - timedelta(hours=1)
    Node.objects.get().devices.update(seen_at=old)
    page = client.get(URL).content.decode()
    assert "42 %" not in page
    assert "20.0 GiB" not in page


def test_a_device_that_is_kept_free_says_for_which_run(client, restricted):
    node = Node.objects.create(name="gpu-1", seen_at=timezone.now())
    run = make_run()
    device = make_device(node, "cuda:0", held_for=run)
    assert f"kept free for run {run.pk}" in client.get(URL).content.decode()
    device.held_for = make_run(restricted)
    device.save()
    page = client.get(URL).content.decode()
    assert "kept free for a run that needs several devices" in page
    assert f"run {device.held_for_id}" not in page


def test_an_administrator_drains_and_resumes_and_comes_back_to_the_same_view(signed_in, stranger):
    node = Node.objects.create(name="gpu-1", seen_at=timezone.now())
    devices = [make_device(node, f"cuda:{place}") for place in range(2)]
    admin = signed_in(make_user("admin", is_staff=True, is_superuser=True))
    assert f"/nodes/{node.pk}/drain/?node=gpu-1" in admin.get(URL + "?node=gpu-1").content.decode()
    answer = admin.post(f"/nodes/{node.pk}/drain/?node=gpu-1")
    assert answer["Location"] == "/nodes/?node=gpu-1"
    assert node.devices.filter(draining=True).count() == 2
    page = admin.post(f"/devices/{devices[0].pk}/resume/", follow=True).content.decode()
    assert "gpu-1/cuda:0 takes work again." in page
    assert "drained" in page
    assert node.devices.filter(draining=True).count() == 1


def test_others_see_no_buttons_and_are_refused(client, signed_in, stranger):
    device = make_device(Node.objects.create(name="gpu-1", seen_at=timezone.now()))
    browser = signed_in(stranger)
    assert "/drain/" not in browser.get(URL).content.decode()
    refused = browser.post(f"/devices/{device.pk}/drain/", follow=True).content.decode()
    assert "Only an administrator may take devices out of work" in refused
    assert client.post(f"/nodes/{device.node_id}/drain/")["Location"].startswith("/accounts/login/")
    assert browser.get(f"/nodes/{device.node_id}/drain/").status_code == 405
    device.refresh_from_db()
    assert not device.draining


def attempt(run, devices, minutes=10.0, outcome="done", **fields):
    now = timezone.now()
    ended = now - timedelta(minutes=minutes / 2) if outcome else None
    values = {"number": 1, "devices": devices, "began_at": now - timedelta(minutes=minutes), "ended_at": ended}
    return Attempt.objects.create(run=run, outcome=outcome, **{**values, **fields})


def test_the_timeline_tells_what_ran_where_also_on_devices_that_are_gone(client):
    make_device(Node.objects.create(name="gpu-1", seen_at=timezone.now()), "cuda:0")
    done, failed = make_run(make_checkpoint(make_card("Oak")), "done"), make_run(state="failed")
    attempt(done, ["gpu-1/cuda:0"])
    attempt(failed, ["gone/cpu"], outcome="failed", reason="no such file")
    answer = client.get(URL)
    page, timeline = answer.content.decode(), answer.context["timeline"]
    assert timeline.figure["data"][-1]["text"] == ["gpu-1/cuda:0", "gone/cpu"]
    assert set(timeline.hows) == {"done", "failed"}
    assert f'href="/runs/{done.pk}/"' in page
    assert "no such file" in page
    assert "timeline-figure" in page


def test_the_timeline_goes_back_as_far_as_the_address_says(client):
    attempt(make_run(state="done"), ["gpu-1/cpu"], minutes=600)
    assert client.get(URL + "?hours=1").context["timeline"].figure is None
    assert "Nothing ran in this time" not in client.get(URL + "?hours=24").content.decode()
    assert client.get(URL + "?hours=24").context["timeline"].devices == 1
    assert client.get(URL + "?hours=x").context["timeline"].hours == 6


def test_of_work_on_hidden_models_the_timeline_tells_only_that_it_was(client, signed_in, restricted, teammate):
    run = make_run(restricted, "failed")
    attempt(run, ["gpu-1/cpu"], outcome="failed", reason="secret-oak is broken")
    answer = client.get(URL)
    page = answer.content.decode()
    assert answer.context["timeline"].hows == ("hidden",)
    for told in ("Secret Oak", "secret-oak", f"/runs/{run.pk}/", "failed"):
        assert told not in page
    assert "Secret Oak" in signed_in(teammate).get(URL).content.decode()


def test_one_node_can_be_looked_at_alone(client):
    for name in ("gpu-1", "gpu-2"):
        make_device(Node.objects.create(name=name, seen_at=timezone.now()), "cuda:0")
    attempt(make_run(state="done"), ["gpu-2/cuda:0"])
    answer = client.get(URL + "?node=gpu-1")
    assert [card.node.name for card in answer.context["cards"]] == ["gpu-1"]
    assert answer.context["timeline"].figure is None
    assert "No node is called gpu-9" in client.get(URL + "?node=gpu-9").content.decode()


def test_a_busy_week_takes_a_fixed_number_of_queries_and_is_bounded(client, django_assert_max_num_queries, monkeypatch):
    monkeypatch.setattr("evaluation.views.timeline.MOST", 20)
    monkeypatch.setattr("evaluation.views.timeline.LISTED", 5)
    checkpoint = make_checkpoint()
    for place in range(4):
        make_device(Node.objects.create(name=f"n{place}", seen_at=timezone.now()), "cuda:0")
    for number in range(30):
        attempt(make_run(checkpoint, "done"), [f"n{number % 4}/cuda:0"])
    with django_assert_max_num_queries(20):
        answer = client.get(URL)
    timeline = answer.context["timeline"]
    assert (timeline.left_out, len(timeline.lines), timeline.unlisted) == (True, 5, 15)
    assert "More ran than can be drawn" in answer.content.decode()


def test_nodes_and_served_models_lead_to_each_other(client, signed_in, stranger):
    make_endpoint()
    assert "/served/" not in client.get(URL).content.decode()  # that page needs an account
    page = signed_in(stranger).get(URL).content.decode()
    assert 'href="/served/"' in page
    assert "1 served model" in page
    assert 'class="btn ghost" href="/nodes/"' in signed_in(stranger).get("/served/").content.decode()


def test_weights_that_a_node_cannot_have_are_told_to_who_may_see_the_model(client, signed_in, restricted, teammate):
    device = make_device()
    until = timezone.now() + timedelta(minutes=20)
    device.node.lacks.create(checkpoint=make_checkpoint(make_card("Oak")), reason="It is not here.", until=until)
    device.node.lacks.create(checkpoint=restricted, reason="A secret place.")
    page = client.get(URL).content.decode()
    assert "oak@main" in page
    assert "It is not here. It tries again at" in page
    assert "secret" not in page.lower()
    assert "A secret place." in signed_in(teammate).get(URL).content.decode()
