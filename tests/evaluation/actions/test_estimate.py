"""How long cells may take: from their own past, from that of other models by size, or not known."""

from datetime import timedelta

import pytest
from django.utils import timezone

from evaluation.actions.estimate import Speeds
from evaluation.models import Device
from tests.factories import make_card, make_cell, make_checkpoint, make_device, make_endpoint, make_run, make_task

pytestmark = pytest.mark.django_db


def model(parameters, **fields):
    return make_checkpoint(make_card(parameters=parameters, **fields))


def past(checkpoint, task, speed, device="node-1/cpu", documents=1000, shots=0):
    """A done cell of so many documents a second, on a device."""
    now = timezone.now()
    run = make_run(checkpoint, "done", owner=device)
    began = now - timedelta(seconds=documents / speed)
    times = {"documents_done": documents, "started_at": began, "ended_at": now}
    return make_cell(checkpoint, task, "done", run=run, num_fewshot=shots, **times)


def seconds(checkpoint, task, documents=1000):
    found = Speeds([checkpoint], Device.objects.live()).seconds(checkpoint, task, documents)
    return None if found is None else pytest.approx(found, rel=0.01)


def test_the_own_past_of_the_task_goes_before_that_of_the_output_type():
    oak, short, long = model(1000), make_task(), make_task()
    past(oak, short, speed=100)
    assert seconds(oak, long) == 10
    past(oak, long, speed=20)
    assert seconds(oak, long) == 50
    assert seconds(oak, make_task(output_type="generate_until")) is None


def test_without_an_own_past_the_speed_of_the_nearest_size_is_scaled():
    task = make_task()
    past(model(1_000), task, speed=1000), past(model(1_000_000), task, speed=10)
    assert seconds(model(10_000_000), task) == 1000
    assert seconds(model(2_000), task) == 2
    assert seconds(model(2_000), make_task()) == 2


def test_another_model_on_the_same_task_tells_more_than_on_another_task():
    short, long = make_task(), make_task()
    past(model(1_000), short, speed=1000), past(model(5_000), long, speed=10)
    assert seconds(model(1_000), long) == 20


def test_the_parameters_that_work_on_a_token_count():
    task = make_task()
    past(model(1_000), task, speed=100)
    assert seconds(model(8_000, active_parameters=2_000), task) == 20
    sparse = make_task(output_type="loglikelihood")
    past(model(8_000, active_parameters=2_000), sparse, speed=100)
    assert seconds(model(2_000), sparse) == 10


def test_what_a_processor_did_tells_nothing_of_an_accelerator():
    oak, task = model(1_000), make_task()
    past(oak, task, speed=10)
    make_device(name="cuda:0")
    assert seconds(oak, task) is None
    past(oak, task, speed=500, device="node-2/cuda:1", shots=5)
    assert seconds(oak, task) == 2


def test_beside_an_accelerator_a_processor_does_not_count():
    oak, task = model(1_000), make_task()
    make_device(), make_device(name="cuda:0")
    past(oak, task, speed=10), past(oak, task, speed=500, device="node-2/cuda:1", shots=5)
    assert seconds(oak, task) == 2


def test_how_fast_a_server_is_says_nothing_of_other_models_nor_they_of_it():
    task = make_task()
    served = make_endpoint(make_card(parameters=1_000)).checkpoint
    past(served, task, speed=1)
    assert seconds(served, task) == 1000
    assert seconds(model(1_000), task) is None
    past(model(1_000), task, speed=100)
    assert seconds(make_endpoint(make_card(parameters=1_000)).checkpoint, task) is None


def test_of_a_model_of_unknown_size_the_devices_tell_or_nobody_does():
    task, blank = make_task(), model(None)
    past(model(1_000), task, speed=100)
    assert seconds(blank, task) is None
    make_device(speed={"multiple_choice": 50.0})
    assert seconds(blank, task) == 20


def test_an_unknown_number_of_documents_has_no_time():
    oak, task = model(1_000), make_task()
    past(oak, task, speed=10)
    assert seconds(oak, task, documents=None) is None


def test_it_is_told_whether_the_model_itself_was_timed():
    oak, elm, task = model(1_000), model(2_000), make_task()
    past(oak, task, speed=10)
    speeds = Speeds([oak, elm], [])
    assert (speeds.measured(oak, task), speeds.measured(elm, task)) == (True, False)


def test_many_checkpoints_cost_two_queries(django_assert_num_queries):
    tasks, models = [make_task() for _ in range(3)], [model(1_000 + number) for number in range(5)]
    past(models[0], tasks[0], speed=10)
    with django_assert_num_queries(2):
        speeds = Speeds(models, [])
        assert all(speeds.seconds(one, task, 10) for one in models for task in tasks)
