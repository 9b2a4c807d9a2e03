"""Two at the same time, on real databases: a SQLite file and PostgreSQL. Threads with connections of their own."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction
from django.db.models.functions import Now

from evaluation.actions import (
    Lease,
    LeaseLost,
    cell_done,
    cells_fail,
    device_yield,
    evaluation_cancel,
    evaluation_submit,
    run_claim,
    run_end,
    runs_sweep,
)
from evaluation.core.request import EvaluationRequest
from evaluation.models import Cell, Device, Evaluation, Run, Score
from tests.checkpoint_files import write_checkpoint
from tests.evaluation.actions.test_lease import outcome
from tests.factories import make_card, make_cell, make_checkpoint, make_device, make_run, make_task, make_user
from tests.races import at_once, errors

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def no_workers(settings, tmp_path, monkeypatch) -> Iterator[None]:
    """Checkpoints lie in a directory of the test, and nobody is woken."""
    settings.HUB_CHECKPOINT_DIRS = [tmp_path]
    for module in ("submit", "retry", "runs_sweep"):
        monkeypatch.setattr(sys.modules[f"evaluation.actions.{module}"], "wake", lambda count=1, runs=(): True)
    yield
    shutil.rmtree(tmp_path, ignore_errors=True)


def devices(count: int) -> list[Device]:
    task = make_task("agreement")
    made = [make_device() for _ in range(count)]
    for device in made:
        device.node.tasks.add(task)
    return made


def test_one_run_is_claimed_by_one_of_many(connect):
    workers = devices(6)
    task = workers[0].node.tasks.get()
    for _round in range(5):
        run = make_run()
        make_cell(run.checkpoint, task, run=run)
        results = at_once(connect, [partial(run_claim, device=device) for device in workers])
        assert not errors(results)
        assert sum(result is not None for result in results) == 1
        run.refresh_from_db()
        assert (run.state, run.attempt) == ("running", 1)


def test_many_runs_are_claimed_once_each(connect):
    workers = devices(4)
    task = workers[0].node.tasks.get()
    for _ in range(8):
        run = make_run()
        make_cell(run.checkpoint, task, run=run)

    def all_of(device):
        return [lease.run for lease in iter(lambda: run_claim(device=device), None)]

    results = at_once(connect, [partial(all_of, device) for device in workers])
    assert not errors(results)
    taken = [run for runs in results for run in runs]
    assert sorted(taken) == sorted(Run.objects.values_list("pk", flat=True))


def test_a_lapsed_run_is_swept_once_and_its_late_worker_stores_nothing(connect):
    (device,) = devices(1)
    run = make_run()
    cell = make_cell(run.checkpoint, device.node.tasks.get(), run=run)
    lease = run_claim(device=device)
    assert lease is not None
    Run.objects.update(lease_until=Now() - timedelta(seconds=1))
    works = [runs_sweep] * 4 + [lambda: cell_done(lease=lease, cell=cell.pk, outcome=outcome())] * 2
    results = at_once(connect, works)
    assert sum(results[:4]) == 1
    assert all(isinstance(result, LeaseLost) for result in results[4:])
    assert not Score.objects.exists()
    assert Run.objects.get().state == "queued"


def test_two_reports_of_one_cell_make_one_score(connect):
    (device,) = devices(1)
    run = make_run()
    cell = make_cell(run.checkpoint, device.node.tasks.get(), run=run)
    lease = run_claim(device=device)
    assert lease is not None
    results = at_once(connect, [lambda: cell_done(lease=lease, cell=cell.pk, outcome=outcome())] * 4)
    assert sorted(results) == [False, False, False, True]
    assert Score.objects.count() == 1


@pytest.fixture
def asked(connect, tmp_path) -> EvaluationRequest:
    write_checkpoint(tmp_path / "oak")
    make_checkpoint(make_card("oak"), path="oak")
    for name in ("a", "b", "c"):
        make_task(name)
    return EvaluationRequest.from_json({"models": ["oak"], "tasks": ["a", "b", "c"], "num_fewshot": [0, 5]})


def test_the_same_request_of_several_people_at_once_makes_each_cell_once(connect, asked):
    people = [make_user() for _ in range(5)]
    results = at_once(connect, [partial(evaluation_submit, user=user, request=asked) for user in people])
    assert not errors(results)
    assert Cell.objects.count() == 6
    assert Evaluation.objects.count() == 5
    assert Run.objects.count() == 1
    assert sum(result.created for result in results) == 1
    assert {evaluation.cells.distinct().count() for evaluation in Evaluation.objects.all()} == {6}


def test_a_cell_that_is_cancelled_while_another_asks_for_it_is_still_done_for_them(connect, asked):
    first, second = make_user(), make_user()
    for _round in range(5):
        empty_cells()
        evaluation = evaluation_submit(user=first, request=asked).evaluation
        cancel = partial(evaluation_cancel, user=first, evaluation=evaluation)
        results = at_once(connect, [cancel, partial(evaluation_submit, user=second, request=asked)])
        assert not errors(results)
        cells = Cell.objects.select_related("run")
        assert {(cell.state, cell.run and cell.run.state) for cell in cells} == {("queued", "queued")}


def test_a_sweep_waits_for_a_person_who_takes_cells_over_and_blocks_nobody(connect):
    run = make_run(state="running", attempt=3)
    first, second = (make_cell(run.checkpoint, make_task(), "running", run=run) for _ in range(2))
    # Written again, the first row lies behind the second, where an UPDATE would come upon it last.
    for state in ("queued", "running"):
        Cell.objects.filter(pk=first.pk).update(state=state)
    Run.objects.update(lease_until=Now() - timedelta(seconds=1))
    holds_first = threading.Event()

    def take_over() -> None:
        with transaction.atomic():
            Cell.objects.select_for_update().get(pk=first.pk)
            holds_first.set()
            time.sleep(1)
            Cell.objects.select_for_update().get(pk=second.pk)

    def sweep() -> int:
        holds_first.wait(timeout=30)
        return runs_sweep()

    assert at_once(connect, [take_over, sweep]) == [None, 1]
    assert set(Cell.objects.values_list("state", flat=True)) == {"failed"}


def empty_cells() -> None:
    Evaluation.objects.all().delete()
    Cell.objects.all().delete()
    Run.objects.all().delete()


def pair_of_gpus() -> list[Device]:
    node = devices(1)[0].node
    node.devices.all().delete()
    return [make_device(node, f"cuda:{place}", memory=24 * 2**30) for place in range(4)]


def until_nothing_waits(device: Device) -> list[int]:
    """As a worker does: claim, do, give way, until all runs of the test have ended; gives the runs that it led."""
    led = []
    deadline = time.monotonic() + 60
    while Run.objects.filter(state__in=["queued", "running"]).exists() and time.monotonic() < deadline:
        lease = run_claim(device=device)
        if lease is None:
            device_yield(device=device)
            time.sleep(0.01)
            continue
        led.append(lease.run)
        time.sleep(0.02)
        cells = list(Cell.objects.filter(run=lease.run).values_list("pk", flat=True))
        cells_fail(lease=lease, cells=cells, reason="over")
        run_end(lease=lease)
    return led


def test_runs_that_need_several_devices_never_wait_for_each_other(connect, settings, monkeypatch):
    settings.HUB_PLACEMENT_SECONDS = 0
    monkeypatch.setattr(sys.modules["evaluation.actions.gather"], "wake_devices", lambda names: True)
    workers = pair_of_gpus()
    task = workers[0].node.tasks.get()
    for gib in (60, 10, 40, 80, 10, 40, 60, 10, 80, 10):
        run = make_run(memory_need=gib * 2**30)
        make_cell(run.checkpoint, task, run=run)
    results = at_once(connect, [partial(until_nothing_waits, device) for device in workers])
    assert not errors(results)
    led = [run for runs in results for run in runs]
    assert sorted(led) == sorted(Run.objects.values_list("pk", flat=True)), "each run once, none left"
    assert set(Run.objects.values_list("attempt", flat=True)) == {1}
    left = Device.objects.exclude(run=None, held_for=None)
    assert not left.exists()


def test_a_device_is_never_in_two_runs(connect, settings, monkeypatch):
    settings.HUB_PLACEMENT_SECONDS = 0
    monkeypatch.setattr(sys.modules["evaluation.actions.gather"], "wake_devices", lambda names: True)
    workers = pair_of_gpus()
    task = workers[0].node.tasks.get()
    for _round in range(5):
        empty_cells()
        Device.objects.update(run=None, held_for=None, yielded=False)
        for gib in (40, 10, 10, 10):
            run = make_run(memory_need=gib * 2**30)
            make_cell(run.checkpoint, task, run=run)

        def twice(device: Device) -> Lease | None:
            lease = run_claim(device=device)
            return lease or (run_claim(device=device) if device_yield(device=device) else None)

        results = at_once(connect, [partial(twice, device) for device in workers])
        assert not errors(results)
        running = Run.objects.filter(state="running")
        assert sum(run.width for run in running) == Device.objects.filter(run__isnull=False).count()
        assert all(run.devices.count() == run.width for run in running)
