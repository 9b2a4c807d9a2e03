"""Memory runs out: half the batch, then a larger device, then the end, told in words."""

from importlib import import_module

import pytest
from django.utils import timezone

from evaluation.actions import run_claim, run_out_of_memory
from evaluation.actions.run_memory import half
from evaluation.models import Cell, Device, Node, Run
from tests.factories import make_cell, make_device, make_run, make_task

pytestmark = pytest.mark.django_db
GIB = 2**30


@pytest.fixture(autouse=True)
def no_wake_up(monkeypatch):
    monkeypatch.setattr(import_module("evaluation.actions.gather"), "wake_devices", lambda names: True)


@pytest.fixture
def task():
    return make_task("agreement")


@pytest.fixture
def card(task):
    def make(gib: int) -> Device:
        node = Node.objects.create(name=f"n{Node.objects.count()}", seen_at=timezone.now())
        node.tasks.add(task)
        return make_device(node, "cuda:0", memory=gib * GIB)

    return make


@pytest.fixture
def run(task) -> Run:
    made = make_run(memory_need=10 * GIB, batch_size="4", max_attempts=1)
    make_cell(made.checkpoint, task, run=made)
    return made


def fails(device: Device, run: Run, loading: bool = False) -> str:
    lease = run_claim(device=device)
    assert lease is not None
    state = run_out_of_memory(lease=lease, cells=[run.cells.get().pk], reason="It is full.", loading=loading)
    run.refresh_from_db()
    return state


def test_half_the_batch_until_there_is_none_then_a_larger_device_with_the_batch_asked_for(card, run):
    small, large = card(24), card(80)
    for batch in ("2", "1"):
        assert fails(small, run) == "queued"
        assert (run.batch_size, run.first_batch_size, run.devices.count()) == (batch, "4", 0)
        assert run.reason == f"It is full. Tried again with batches of {batch}."
    assert fails(small, run) == "queued"
    assert run.batch_size == "4"
    assert run.reason == "It is full. Tried again on a larger device than n0/cuda:0."
    assert run_claim(device=small) is None
    assert run_claim(device=large) is not None


def test_without_a_larger_device_the_cells_fail_with_the_reason(card, run):
    Run.objects.update(batch_size="1")
    assert fails(card(24), run) == "failed"
    assert Cell.objects.get().reason == "It is full. No device that is up is larger."


def test_a_card_of_the_same_size_is_not_larger(card, run):
    Run.objects.update(batch_size="1")
    small = card(24)
    card(25)
    assert fails(small, run) == "failed"


def test_a_checkpoint_that_does_not_fit_goes_to_a_larger_device_at_once(card, run):
    small = card(24)
    card(80)
    assert fails(small, run, loading=True) == "queued"
    assert run.batch_size == "4"
    assert run.memory_need > 24 * GIB


def test_a_larger_device_without_the_data_is_none(card, run):
    small = card(24)
    card(80).node.tasks.clear()
    assert fails(small, run, loading=True) == "failed"


def test_several_devices_of_one_node_are_larger_too(card, run):
    small = card(24)
    make_device(small.node, "cuda:1", memory=24 * GIB)
    assert fails(small, run, loading=True) == "queued"


def test_it_ends_though_no_attempt_is_counted(card, run):
    devices = [card(24), card(48), card(80)]
    Run.objects.update(batch_size="auto")
    for _ in range(40):
        lease = next(filter(None, (run_claim(device=device) for device in devices)), None)
        if lease is None:
            break
        run_out_of_memory(lease=lease, cells=[run.cells.get().pk], reason="It is full.")
    run.refresh_from_db()
    assert run.state == "failed"
    assert run.attempt < 20


@pytest.mark.parametrize(("batch", "smaller"), [("16", "8"), ("3", "1"), ("1", None), ("auto", "8"), ("auto:4", "8")])
def test_half_a_batch(batch, smaller):
    assert half(batch) == smaller
