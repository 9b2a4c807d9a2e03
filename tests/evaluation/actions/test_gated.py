"""That a repository is gated is known before the first run of it fails, and told where it is asked for."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from evaluation.actions import evaluation_plan
from evaluation.actions.gated_look import AWAY, gated_look
from evaluation.core.request import EvaluationRequest
from evaluation.models import Node
from modelcards.models import Checkpoint
from tests.factories import make_card, make_checkpoint, make_device, make_task
from tests.hub_server import Hub, Repository

pytestmark = pytest.mark.django_db


@pytest.fixture
def hub(settings, monkeypatch):
    from huggingface_hub import constants

    made = Hub({"house/oak": Repository({"config.json": b"{}"}, gated=True), "house/elm": Repository({})})
    server = made.start()
    settings.HUB_ALLOW_DOWNLOADS = True
    monkeypatch.setenv("HF_ENDPOINT", made.url)
    monkeypatch.setenv("HF_TOKEN", "hf_of_this_machine")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    yield made
    server.shutdown()
    server.server_close()


def repository(name="house/oak", **fields):
    return make_checkpoint(make_card(name.rpartition("/")[2]), path="", repo_id=name, **fields)


def test_the_hub_tells_it_without_a_token_and_all_checkpoints_of_the_repository_know(hub):
    oak = repository()
    other = make_checkpoint(oak.card, path="", repo_id="house/oak", revision="v2")
    assert gated_look(checkpoint=oak) is True
    assert oak.gated is True
    assert Checkpoint.objects.get(pk=other.pk).gated is True
    assert gated_look(checkpoint=repository("house/elm")) is False
    assert hub.tokens == set()


def test_it_is_asked_once_an_hour_and_a_gate_that_was_opened_is_seen_then(hub):
    oak = repository()
    gated_look(checkpoint=oak)
    before = len(hub.asked)
    gated_look(checkpoint=oak)
    assert len(hub.asked) == before
    hub.repositories["house/oak"].gated = False
    cache.clear()
    assert gated_look(checkpoint=oak) is False


def test_a_repository_that_the_hub_does_not_show_stays_unknown(hub):
    assert gated_look(checkpoint=repository("house/yew")) is None
    assert not cache.get(AWAY)


def test_a_hub_that_is_away_is_not_asked_again_for_a_while_and_what_was_known_counts(hub, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert gated_look(checkpoint=repository(gated=True)) is True
    monkeypatch.setenv("HF_ENDPOINT", hub.url)
    assert gated_look(checkpoint=repository("house/elm")) is None
    assert hub.asked == []


def test_a_site_that_does_not_download_asks_nobody(hub, settings):
    settings.HUB_ALLOW_DOWNLOADS = False
    assert gated_look(checkpoint=repository()) is None
    assert hub.asked == []


def test_the_plan_says_that_a_token_is_needed_before_anything_is_queued(hub, owner):
    repository()
    repository("house/elm")
    task = make_task("cloze")
    device = make_device(tasks=[task])
    request = EvaluationRequest.from_json({"models": ["oak", "elm"], "tasks": ["cloze"], "num_fewshot": [0]})
    oak, elm = evaluation_plan(user=owner, request=request).cells
    assert (oak.verdict, oak.lacks, oak.nodes) == ("run", "gated", 0)
    assert oak.waits == (
        "The repository house/oak is gated, and no node that is up has a token of the hub (HF_TOKEN); it would wait "
        "for one."
    )
    assert (elm.waits, elm.nodes) == ("", 1)
    Node.objects.filter(pk=device.node_id).update(hub_token=True)
    assert evaluation_plan(user=owner, request=request).cells[0].nodes == 1


def test_the_plan_says_that_no_node_has_the_weights(hub, owner):
    elm = repository("house/elm")
    device = make_device(tasks=[make_task("cloze")])
    device.node.lacks.create(checkpoint=elm, reason="no room", until=timezone.now() + timedelta(minutes=5))
    request = EvaluationRequest.from_json({"models": ["elm"], "tasks": ["cloze"], "num_fewshot": [0]})
    plan = evaluation_plan(user=owner, request=request)
    assert plan.cells[0].waits == "No node that is up has its weights; it would wait for one."
    assert (plan.devices, plan.waiting) == (0, 1)
