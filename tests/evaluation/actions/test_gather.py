"""Several devices of one node for one run: held, yielded, claimed together; never two runs that wait for each other."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.utils import timezone

from evaluation.actions import Lease, cells_fail, device_yield, is_held, run_claim, run_end, run_waits_for, runs_sweep
from evaluation.models import Cell, Device, Node, Run
from evaluation.waiting import Waiting
from tests.factories import make_cell, make_device, make_run, make_task

pytestmark = pytest.mark.django_db
GIB = 2**30


@pytest.fixture(autouse=True)
def woken(monkeypatch) -> list[str]:
    """Devices that were woken by name."""
    sent: list[str] = []
    monkeypatch.setattr(import_module("evaluation.actions.gather"), "wake_devices", sent.extend)
    monkeypatch.setattr(import_module("evaluation.actions.runs_sweep"), "wake", lambda count=1, runs=(): True)
    return sent


@pytest.fixture
def task():
    return make_task("agreement")


@pytest.fixture
def node(task):
    """Make a node of ``count`` GPUs of 24 GiB that holds the data; gives its devices."""

    def make(count: int) -> list[Device]:
        made = Node.objects.create(name=f"n{Node.objects.count()}", seen_at=timezone.now())
        made.tasks.add(task)
        return [make_device(made, f"cuda:{place}", memory=24 * GIB) for place in range(count)]

    return make


@pytest.fixture
def queue(task):
    def make(gib: float, **fields) -> Run:
        run = make_run(memory_need=int(gib * GIB), **fields)
        make_cell(run.checkpoint, task, run=run)
        Run.objects.filter(pk=run.pk).update(created_at=timezone.now() - timedelta(minutes=1))
        return run

    return make


def claim(device: Device) -> Lease | None:
    """As a worker does: claim, or else give way and claim again."""
    lease = run_claim(device=device)
    if lease is None and is_held(device) and device_yield(device=device):
        lease = run_claim(device=device)
    return lease


def end(lease: Lease) -> None:
    cells_fail(lease=lease, cells=list(Cell.objects.filter(run=lease.run).values_list("pk", flat=True)), reason="over")
    run_end(lease=lease)


def test_a_run_too_large_for_each_takes_as_few_devices_as_hold_it_together(
    node, queue, django_capture_on_commit_callbacks, woken
):
    devices = node(4)
    run = queue(40)
    with django_capture_on_commit_callbacks(execute=True):
        assert claim(devices[0]) is None, "the other's memory is not free yet"
    assert woken == ["n0/cuda:0", "n0/cuda:1"]
    lease = claim(devices[1])
    assert lease is not None
    run.refresh_from_db()
    assert (run.state, run.width, run.owner, run.gathering) == ("running", 2, "n0/cuda:1", None)
    assert list(run.devices.order_by("pk")) == devices[:2]
    assert not Device.objects.filter(held_for__isnull=False).exists()


def test_its_devices_take_nothing_else_and_are_all_free_afterwards(node, queue):
    devices = node(2)
    queue(40)
    claim(devices[0])
    lease = claim(devices[1])
    assert lease is not None
    small = queue(1)
    assert [claim(device) for device in devices[:1]] == [None]
    assert not run_waits_for(devices[0])
    end(lease)
    taken = claim(devices[0])
    assert taken is not None
    assert taken.run == small.pk


def test_what_works_is_waited_for_and_takes_nothing_new_meanwhile(node, queue):
    busy, free = node(2)
    under_way = run_claim(device=busy) or claim_small(busy, queue)
    large = queue(40)
    late = queue(1)
    assert claim(free) is None
    assert is_held(busy)
    assert run_waits_for(busy)
    assert Waiting([large]).reason(large).startswith("needs several devices of one node at once")
    large.refresh_from_db()
    assert Waiting([large]).reason(large) == "needs several devices at once; n0 keeps them free for it: 1 of 2 are"
    end(under_way)
    lease = claim(busy)
    assert lease is not None
    assert lease.run == large.pk
    late.refresh_from_db()
    assert late.state == "queued"


def claim_small(device, queue) -> Lease:
    queue(1)
    lease = run_claim(device=device)
    assert lease is not None
    return lease


def test_a_higher_priority_goes_before_what_a_device_is_held_for(node, queue):
    busy, free = node(2)
    claim_small(busy, queue)
    queue(40)
    assert claim(free) is None
    urgent = queue(1, priority=1)
    lease = claim(free)
    assert lease is not None
    assert lease.run == urgent.pk
    assert not Device.objects.get(pk=free.pk).yielded


def test_two_that_need_most_of_a_node_come_one_after_the_other(node, queue):
    devices = node(4)
    first, second = queue(60), queue(60)
    leases = []
    for _round in range(3):
        leases += [lease for lease in map(claim, devices) if lease]
    assert [lease.run for lease in leases] == [first.pk]
    assert Run.objects.filter(gathering__isnull=False).count() <= 1
    end(leases[0])
    for _round in range(3):
        leases += [lease for lease in map(claim, devices) if lease]
    assert [lease.run for lease in leases] == [first.pk, second.pk]


def test_a_run_is_gathered_for_at_one_node_alone(node, queue):
    here, there = node(2), node(2)
    for device in (here[0], there[0]):
        claim_small(device, queue)
    queue(40)
    assert claim(here[1]) is None
    assert claim(there[1]) is None
    assert {device.node for device in Device.objects.filter(held_for__isnull=False)} == {here[0].node}


def test_while_devices_work_another_node_gets_a_moment_to_be_free_at_once(node, queue):
    busy, free = node(2)
    claim_small(busy, queue)
    run = queue(40)
    Run.objects.filter(pk=run.pk).update(created_at=timezone.now())
    assert claim(free) is None
    assert not Device.objects.filter(held_for__isnull=False).exists()


def test_where_one_device_holds_it_several_do_not_take_it(node, queue, task):
    devices = node(4)
    (large,) = node(1)
    Device.objects.filter(pk=large.pk).update(memory=80 * GIB)
    run = queue(40)
    assert [claim(device) for device in devices] == [None] * 4
    lease = claim(large)
    assert lease is not None
    assert lease.run == run.pk


@pytest.mark.parametrize("how", ["cancelled", "silent", "draining", "larger"])
def test_devices_that_are_held_in_vain_are_let_go(node, queue, how):
    busy, free = node(2)
    claim_small(busy, queue)
    run = queue(40)
    assert claim(free) is None
    if how == "cancelled":
        Run.objects.filter(pk=run.pk).update(state="cancelled")
    elif how == "silent":
        Device.objects.filter(pk=busy.pk).update(seen_at=timezone.now() - timedelta(hours=1))
    elif how == "draining":
        Device.objects.filter(pk=busy.pk).update(draining=True)
    else:
        (large,) = node(1)
        Device.objects.filter(pk=large.pk).update(memory=80 * GIB)
    runs_sweep()
    assert not Device.objects.filter(held_for__isnull=False).exists()
    assert not Run.objects.filter(gathering__isnull=False).exists()
    small = queue(1)
    lease = claim(free)
    assert lease is not None
    assert lease.run == small.pk


def test_nothing_is_held_in_vain_as_long_as_the_run_can_come(node, queue):
    busy, free = node(2)
    claim_small(busy, queue)
    queue(40)
    claim(free)
    runs_sweep()
    assert Device.objects.filter(held_for__isnull=False).count() == 2


def test_a_lapsed_run_gives_all_its_devices_back(node, queue):
    devices = node(2)
    run = queue(40)
    claim(devices[0])
    assert claim(devices[1])
    Run.objects.filter(pk=run.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert runs_sweep() == 1
    assert not Device.objects.filter(run__isnull=False).exists()
    assert [claim(device) for device in devices][1] is not None, "and they are gathered again"
