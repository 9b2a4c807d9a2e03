"""Devices out of work and back, other priorities for what waits: who may, what it does, what it leaves behind."""

from importlib import import_module
from typing import Any

import pytest

from evaluation.actions import (
    ActionError,
    NotAllowed,
    device_begins,
    device_drain,
    device_resume,
    evaluation_reprioritise,
    node_drain,
    node_register,
    node_resume,
    run_claim,
    run_reprioritise,
    runs_sweep,
)
from evaluation.models import AuditEntry, Device, Node, Run
from tests.factories import make_cell, make_device, make_evaluation, make_run, make_task, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def woken(monkeypatch) -> list[object]:
    """Wake-ups that were sent."""
    sent: list[object] = []
    monkeypatch.setattr(import_module("evaluation.actions.device_drain"), "wake_devices", sent.append)
    for module in ("reprioritise", "runs_sweep"):
        monkeypatch.setattr(import_module(f"evaluation.actions.{module}"), "wake", sent.append)
    return sent


@pytest.fixture
def admin():
    return make_user("admin", is_staff=True)


@pytest.fixture
def device():
    device = make_device()
    device.node.tasks.add(make_task("agreement"))
    return device


def queue(device, person=None, **fields):
    run = make_run(requested_by=person, **fields)
    make_cell(run.checkpoint, device.node.tasks.get(), run=run)
    return run


def test_a_drained_device_takes_nothing_until_it_is_resumed(admin, device, woken, django_capture_on_commit_callbacks):
    run = queue(device)
    assert device_drain(user=admin, device=device) == 1
    assert device_drain(user=admin, device=device) == 0
    assert run_claim(device=device) is None
    with django_capture_on_commit_callbacks(execute=True):
        assert device_resume(user=admin, device=device) == 1
    assert woken == [[str(device)]]
    lease = run_claim(device=device)
    assert lease is not None
    assert lease.run == run.pk
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "devices drained",
        "devices resumed",
    ]


def test_a_node_is_drained_with_all_its_devices(admin, device):
    make_device(device.node, "cuda:0")
    make_device(device.node, "cuda:1", draining=True)
    assert node_drain(user=admin, node=device.node) == 2
    assert node_resume(user=admin, node=device.node) == 3


def test_only_administrators_take_devices_out_of_work(device):
    for act in (device_drain, device_resume):
        with pytest.raises(NotAllowed):
            act(user=make_user(), device=device)
    with pytest.raises(NotAllowed):
        node_drain(user=make_user(), node=device.node)
    assert not Device.objects.filter(draining=True).exists()


def test_a_person_puts_their_own_run_behind_others_and_staff_before_them(admin, device):
    owner = make_user()
    mine, other = queue(device, owner), queue(device, make_user())
    run_reprioritise(user=owner, run=mine, priority=-5)
    with pytest.raises(NotAllowed, match="Only an administrator"):
        run_reprioritise(user=owner, run=mine, priority=1)
    with pytest.raises(NotAllowed):
        run_reprioritise(user=owner, run=other, priority=-1)
    run_reprioritise(user=admin, run=other, priority=7)
    assert list(Run.objects.order_by("pk").values_list("priority", flat=True)) == [-5, 7]
    entry = AuditEntry.objects.order_by("-pk")[0]
    assert (entry.action, entry.detail) == ("run reprioritised", {"from": 0, "to": 7})


def test_what_waits_no_more_has_no_priority_to_change(admin):
    run = make_run(state="running")
    with pytest.raises(ActionError, match="begun or ended"):
        run_reprioritise(user=admin, run=run, priority=1)


@pytest.mark.parametrize("priority", [101, -101, True, "5", 1.5])
def test_a_priority_is_a_whole_number_within_bounds(admin, priority):
    with pytest.raises(ActionError, match="whole number from -100 to 100"):
        run_reprioritise(user=admin, run=make_run(), priority=priority)


def test_an_evaluation_moves_with_its_queued_runs(admin, device):
    owner = make_user()
    waiting, running = queue(device, owner), make_run(state="running", requested_by=owner)
    cell = make_cell(running.checkpoint, make_task(), "running", run=running)
    evaluation = make_evaluation([waiting.cells.get(), cell], requested_by=owner)
    assert evaluation_reprioritise(user=admin, evaluation=evaluation, priority=9) == 1
    waiting.refresh_from_db()
    running.refresh_from_db()
    evaluation.refresh_from_db()
    assert (waiting.priority, running.priority, evaluation.priority) == (9, 0, 9)


def test_a_worker_that_starts_gives_back_at_once_what_another_left_on_its_device(device):
    run = queue(device)
    assert run_claim(device=device)
    assert device_begins(device=device) == 1
    assert runs_sweep() == 1
    run.refresh_from_db()
    assert run.state == "queued"
    assert device_begins(device=device) == 0


SEEN: dict[str, Any] = {"versions": {"python": "3"}, "devices": [{"name": "cpu", "kind": "cpu", "memory": 2**33}]}


def test_a_node_registers_with_labels_and_keeps_what_people_drained():
    node_register(name="n", host="a", labels=["eu", " a100", ""], **SEEN)
    Device.objects.update(draining=True)
    (device,) = node_register(name="n", host="a", labels=["eu"], **SEEN)
    assert Node.objects.get().labels == ["eu"]
    assert Device.objects.get(pk=device.pk).draining
    with pytest.raises(ActionError, match="'two words' is no label"):
        node_register(name="n", host="a", labels=["two words"], **SEEN)


def test_two_machines_of_one_name_are_not_mixed_up():
    node_register(name="localhost", host="a", **SEEN)
    node_register(name="localhost", host="b", **SEEN)  # the first gives no sign of life yet
    make_device(Node.objects.get(), "cuda:0")
    with pytest.raises(ActionError, match="Another machine is up under the name localhost"):
        node_register(name="localhost", host="a", **SEEN)
