"""Machines and what they do."""

from datetime import timedelta

import pytest
from django.utils import timezone

from evaluation.models import Node
from tests.factories import make_card, make_checkpoint, make_device, make_run

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
