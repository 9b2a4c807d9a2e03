"""Why a run waits."""

import pytest

from evaluation.models import Task
from evaluation.waiting import Waiting
from tests.factories import make_cell, make_device, make_run, make_task

pytestmark = pytest.mark.django_db


@pytest.fixture
def run():
    """A queued run with one cell that needs 4 GiB."""
    run = make_run(memory_need=4 * 2**30)
    make_cell(run.checkpoint, make_task("arc"), run=run)
    return run


def device_with_data(**fields):
    device = make_device(**fields)
    device.node.tasks.add(Task.objects.get(name="arc"))
    return device


def test_only_a_queued_run_waits():
    done = make_run(state="done")
    assert Waiting([done]).reason(done) == ""
    assert Waiting([None]).reason(None) == ""


def test_without_a_worker_it_waits_for_one(run):
    assert Waiting([run]).reason(run) == "no worker is up; it starts when one is"


def test_too_large_for_every_device(run):
    make_device(memory=2**30)
    assert "needs about 4.0 GiB" in Waiting([run]).reason(run)
    assert "largest device that is up has 1.0 GiB" in Waiting([run]).reason(run)


def test_data_that_no_large_enough_device_has(run):
    make_device()
    device_with_data(memory=2**30)
    assert Waiting([run]).reason(run) == "no device that is up and large enough has the data of arc"


def test_every_device_busy_or_draining(run):
    device = device_with_data()
    make_run(state="running", owner=str(device))
    assert Waiting([run]).reason(run) == "every device that could take it is busy"
    device.draining = True
    device.save()
    assert "takes no new work" in Waiting([run]).reason(run)


def test_a_free_device_takes_it_soon(run):
    device_with_data()
    assert Waiting([run]).reason(run) == "starts as soon as a worker looks"


def test_what_sent_it_back_to_the_queue_is_told_too(run):
    run.reason = "The lease ran out."
    assert Waiting([run]).reason(run) == "no worker is up; it starts when one is; before that: The lease ran out"
