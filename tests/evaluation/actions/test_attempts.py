"""The history of a run's claims: begun with the claim, ended with the run's rest, never otherwise."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from evaluation.actions import cells_fail, device_yield, run_beat, run_claim, run_end, run_release, runs_sweep
from evaluation.models import Attempt, Cell, Node, Run
from tests.factories import make_card, make_cell, make_checkpoint, make_device, make_run, make_task

pytestmark = pytest.mark.django_db
GIB = 2**30


@pytest.fixture(autouse=True)
def no_wake_up(monkeypatch):
    monkeypatch.setattr(import_module("evaluation.actions.runs_sweep"), "wake", lambda count=1, runs=(): True)
    monkeypatch.setattr(import_module("evaluation.actions.gather"), "wake_devices", lambda names: True)


@pytest.fixture
def device():
    return make_device(Node.objects.create(name="n1", seen_at=timezone.now()), tasks=[make_task("agreement")])


@pytest.fixture
def run(device):
    run = make_run()
    make_cell(run.checkpoint, device.node.tasks.get(), run=run)
    return run


def told(run) -> list[tuple]:
    return list(run.attempts.values_list("number", "devices", "outcome", "reason"))


def test_a_claim_begins_one_and_the_end_of_the_run_ends_it(device, run):
    lease = run_claim(device=device)
    assert told(run) == [(1, ["n1/cpu"], "", "")]
    cells_fail(lease=lease, cells=[run.cells.get().pk], reason="no such file")
    run_end(lease=lease)
    assert told(run) == [(1, ["n1/cpu"], "failed", "1 of 1 cells failed. The first: no such file")]
    attempt = run.attempts.get()
    assert attempt.began_at <= attempt.ended_at


def test_each_attempt_of_a_run_that_goes_back_is_told_with_its_reason(device, run):
    run_release(lease=run_claim(device=device), reason="The runner ended.")
    lease = run_claim(device=device)
    Run.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    runs_sweep()
    assert told(run) == [
        (1, ["n1/cpu"], "queued", "The runner ended."),
        (2, ["n1/cpu"], "queued", "The worker on n1/cpu fell silent in attempt 2 of 3."),
    ]
    assert lease.attempt == 2


def test_a_claim_that_is_taken_back_leaves_none(device, run, monkeypatch):
    def vanish(*_named):
        raise RuntimeError("the connection broke")

    monkeypatch.setattr(import_module("evaluation.actions.run_claim"), "attempt_begins", vanish)
    with pytest.raises(RuntimeError):
        run_claim(device=device)
    assert not Attempt.objects.exists()
    run.refresh_from_db()
    assert (run.state, run.attempt) == ("queued", 0)


def test_a_run_of_several_devices_names_them_and_the_one_that_leads_first():
    node = Node.objects.create(name="n1", seen_at=timezone.now())
    node.tasks.add(make_task("agreement"))
    cards = [make_device(node, f"cuda:{place}", memory=24 * GIB) for place in range(2)]
    run = make_run(memory_need=40 * GIB)
    make_cell(run.checkpoint, node.tasks.get(), run=run)
    Run.objects.update(created_at=timezone.now() - timedelta(minutes=1))
    assert run_claim(device=cards[0]) is None
    assert device_yield(device=cards[0])
    assert run_claim(device=cards[1])
    assert run.attempts.get().devices == ["n1/cuda:1", "n1/cuda:0"]


def test_a_heartbeat_stores_the_use_of_the_device_under_its_own_attempt_alone(device, run):
    lease = run_claim(device=device)
    run_beat(lease=lease, progress={}, log_tail="", use=[(0, GIB, 0.5)])
    run_release(lease=lease, reason="stopped", counts=False)
    second = run_claim(device=device)
    run_beat(lease=second, progress={}, log_tail="", use=[(3, None, 1.0)])
    assert list(run.attempts.values_list("use", flat=True)) == [[[0, GIB, 0.5]], [[3, None, 1.0]]]


def test_only_one_attempt_of_a_number_and_none_that_ended_without_an_outcome(run):
    now = timezone.now()
    Attempt.objects.create(run=run, number=1, began_at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.create(run=run, number=1, began_at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.create(run=run, number=2, began_at=now, ended_at=now)


def test_lately_means_under_way_or_ended_in_the_time_asked_for_and_hidden_ones_are_their_readers(owner, stranger):
    now = timezone.now()
    hidden = make_run(make_checkpoint(make_card("Oak", visibility="restricted", owner=owner)), "done")
    open_run = make_run(state="done")
    for run, ago in ((hidden, 10), (open_run, 5)):
        ended = now - timedelta(minutes=ago)
        Attempt.objects.create(run=run, number=1, began_at=ended, ended_at=ended, outcome="done")
    Attempt.objects.create(run=open_run, number=2, began_at=now - timedelta(days=9))
    assert [each.number for each in Attempt.objects.lately(3600).visible_to(stranger)] == [1, 2]
    assert Attempt.objects.lately(3600).visible_to(owner).count() == 3
    assert Attempt.objects.lately(420).visible_to(owner).count() == 2


def test_cells_of_a_run_that_ends_by_cancelling_end_its_attempt(device, run):
    lease = run_claim(device=device)
    Cell.objects.update(state="cancelled")
    run_end(lease=lease)
    assert told(run) == [(1, ["n1/cpu"], "cancelled", "")]
