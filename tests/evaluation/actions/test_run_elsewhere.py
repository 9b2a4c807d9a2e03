"""A node that cannot have a checkpoint takes no run of it; others do, and it does again once it can."""

from datetime import timedelta

import pytest
from django.utils import timezone

from evaluation.actions import LeaseLost, lacks_review, node_register, run_claim, run_elsewhere
from evaluation.actions.run_claim import run_waits_for
from evaluation.models import Lack, Node, Run
from evaluation.waiting import Waiting
from modelcards.models import Checkpoint
from tests.checkpoint_files import write_checkpoint
from tests.factories import make_card, make_cell, make_checkpoint, make_device, make_run, make_task

pytestmark = pytest.mark.django_db
GIB = 2**30
WHY = "There is no checkpoint directory oak on this machine."


@pytest.fixture
def task():
    return make_task("cloze")


@pytest.fixture
def node(task):
    """Make a node with one device that holds the data."""

    def make(name: str, device: str = "cpu", **fields):
        row = Node.objects.create(name=name, seen_at=timezone.now(), **fields)
        return make_device(row, device, tasks=[task])

    return make


@pytest.fixture
def queue(task):
    """Queue a run of a checkpoint, by default one by path."""

    def make(**fields):
        run = make_run(make_checkpoint(make_card(), **fields), memory_need=GIB)
        make_cell(run.checkpoint, task, run=run)
        return run

    return make


def given_back(device, **how):
    lease = run_claim(device=device)
    assert lease is not None
    run_elsewhere(lease=lease, node=device.node, reason=WHY, **how)
    return Run.objects.get(pk=lease.run)


def test_the_node_takes_it_no_more_and_another_one_does(node, queue):
    one, two = node("one"), node("two")
    run = queue(path="oak")
    back = given_back(one)
    assert (back.state, back.reason, back.attempt, back.max_attempts) == ("queued", f"one: {WHY}", 1, 4)
    assert run_claim(device=one) is None
    assert not run_waits_for(one)
    assert run_waits_for(two)
    assert run_claim(device=two).run == run.pk


def test_other_checkpoints_are_taken_all_the_same(node, queue):
    one = node("one")
    queue(path="oak")
    given_back(one)
    other = queue(path="elm")
    assert run_claim(device=one).run == other.pk


def test_where_no_node_has_it_it_waits_and_says_so(node, queue):
    one = node("one")
    run = queue(path="oak")
    given_back(one)
    run.refresh_from_db()
    now, _semicolon, before = Waiting([run]).reason(run).partition("; before that: ")
    assert now == "no node that is up and large enough has its weights; it starts when one has"
    assert before == f"one: {WHY}".rstrip(".")


def test_a_processor_takes_what_the_node_of_an_accelerator_cannot_have(node, queue):
    card, processor = node("gpu", "cuda:0"), node("cpu")
    run = queue(path="oak")
    assert run_claim(device=processor) is None  # it is left to the accelerator
    given_back(card)
    assert run_claim(device=processor).run == run.pk


def test_a_directory_that_is_there_now_ends_the_lack(node, queue, settings, tmp_path):
    settings.HUB_CHECKPOINT_DIRS = [tmp_path]
    one = node("one")
    queue(path="oak")
    given_back(one)
    assert lacks_review(node=one.node) == 0
    write_checkpoint(tmp_path / "oak")
    assert lacks_review(node=one.node) == 1
    assert run_claim(device=one) is not None


def test_a_hub_is_asked_again_after_a_while(node, queue):
    one = node("one")
    queue(path="", repo_id="house/oak")
    given_back(one)
    assert lacks_review(node=one.node) == 0
    lack = Lack.objects.get()
    assert timedelta(minutes=20) < lack.until - timezone.now() < timedelta(minutes=40)
    Lack.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert lacks_review(node=one.node) == 1


def test_a_node_that_starts_anew_tries_everything_again(node, queue):
    one = node("one")
    queue(path="oak")
    given_back(one)
    device = {"name": "cpu", "kind": "cpu", "memory": 8 * GIB}
    node_register(name="one", versions={}, devices=[device], downloads=True, hub_token=True)
    assert not Lack.objects.exists()
    assert Node.objects.values_list("downloads", "hub_token").get() == (True, True)


def test_runs_of_gated_checkpoints_go_only_to_nodes_with_a_token(node, queue):
    without, with_token = node("one"), node("two", hub_token=True)
    run = queue(path="", repo_id="house/oak", gated=True)
    assert run_claim(device=without) is None
    assert run_claim(device=with_token).run == run.pk


def test_the_queue_says_that_a_token_is_needed(node, queue):
    node("one")
    run = queue(path="", repo_id="house/oak", gated=True)
    assert Waiting([run]).reason(run) == (
        "the repository house/oak is gated, and no node that is up and large enough has a token of the hub "
        "(HF_TOKEN); it starts when one has"
    )
    node("two", hub_token=True)
    assert Waiting([run]).reason(run) == "starts as soon as a worker looks"


def test_that_it_is_gated_holds_for_all_checkpoints_of_the_repository(node, queue):
    one = node("one")
    run = queue(path="", repo_id="house/oak")
    other = make_checkpoint(run.checkpoint.card, path="", repo_id="house/oak", revision="v2")
    given_back(one, gated=True)
    assert Checkpoint.objects.get(pk=other.pk).gated is True


def test_a_late_worker_notes_nothing(node, queue):
    one = node("one")
    queue(path="oak")
    lease = run_claim(device=one)
    Run.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    with pytest.raises(LeaseLost):
        run_elsewhere(lease=lease, node=one.node, reason=WHY, gated=True)
    assert not Lack.objects.exists()
    assert not Checkpoint.objects.filter(gated=True).exists()
