"""Claim, lease, attempt: who may write, and what a late worker can still do (nothing)."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.utils import timezone

from evaluation.actions import (
    LeaseLost,
    Outcome,
    StoredFile,
    cell_done,
    cell_progress,
    cell_start,
    cells_fail,
    cells_left,
    run_beat,
    run_claim,
    run_end,
    run_release,
    run_waits_for,
    runs_sweep,
)
from evaluation.core.protocol import Result
from evaluation.models import Cell, PromptSet, Run, SampleSet, Score
from tests.factories import make_cell, make_checkpoint, make_device, make_run, make_task, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_wake_up(monkeypatch):
    sent: list[int] = []
    module = import_module("evaluation.actions.runs_sweep")
    monkeypatch.setattr(module, "wake", sent.append)
    return sent


@pytest.fixture
def device():
    return make_device()


@pytest.fixture
def task(device):
    task = make_task("agreement")
    device.node.tasks.add(task)
    return task


def queue(task, person=None, **fields):
    run = make_run(requested_by=person, **fields)
    make_cell(run.checkpoint, task, run=run)
    return run


def lapse(run):
    Run.objects.filter(pk=run.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def outcome(name="x", **fields):
    prompts = StoredFile("prompts/p.parquet", "p" * 64, 5, key="k" * 64)
    samples = StoredFile(f"samples/{name}.parquet", "s" * 64, 10)
    result = Result("acc", "none", 0.5, 0.1, 5, True, "c" * 64)
    return Outcome([result], prompts, samples, 0, 1.5, {"versions": {}}, **fields)


def test_a_claim_raises_the_attempt_and_sets_owner_and_lease(device, task):
    run = queue(task)
    lease = run_claim(device=device)
    assert lease is not None
    run.refresh_from_db()
    assert (run.state, run.attempt, run.owner) == ("running", 1, str(device))
    assert run.lease_until is not None
    assert 80 < (run.lease_until - timezone.now()).total_seconds() <= 91
    assert run_claim(device=device) is None


def test_the_loser_of_a_race_gets_nothing(device, task, monkeypatch):
    queue(task)
    stale = list(Run.objects.all())
    assert run_claim(device=device)
    monkeypatch.setattr(import_module("evaluation.actions.run_claim"), "Candidates", lambda *_, **__: stale)
    assert run_claim(device=device) is None
    assert Run.objects.get().attempt == 1


def test_a_run_that_is_cancelled_between_choice_and_claim_is_not_taken(device, task, monkeypatch):
    queue(task)
    chosen = list(Run.objects.all())
    Run.objects.update(state="cancelled")
    monkeypatch.setattr(import_module("evaluation.actions.run_claim"), "Candidates", lambda *_, **__: chosen)
    assert run_claim(device=device) is None
    assert Run.objects.get().state == "cancelled"


def test_order_is_priority_then_fair_share_then_the_loaded_checkpoint_then_age(device, task):
    greedy, modest = make_user("greedy"), make_user("modest")
    old = queue(task, greedy)
    warm = queue(task, greedy, checkpoint=make_checkpoint())
    other = queue(task, modest)
    urgent = queue(task, greedy, priority=5)
    taken = []
    for _ in range(4):
        lease = run_claim(device=device, loaded=warm.checkpoint_id)
        assert lease is not None
        taken.append(lease.run)
    # The urgent one first; then the person with none under way; then what is loaded before what is older.
    assert taken == [urgent.pk, other.pk, warm.pk, old.pk]


def test_fair_share_looks_at_what_ended_lately_too(device, task):
    greedy, modest = make_user("greedy"), make_user("modest")
    queue(task, greedy)
    first = run_claim(device=device)
    assert first is not None
    Run.objects.update(claimed_at=timezone.now() - timedelta(minutes=5))
    cells_fail(lease=first, cells=[Cell.objects.get().pk], reason="over")
    assert run_end(lease=first) == "failed"
    queue(task, greedy)
    later = queue(task, modest)
    lease = run_claim(device=device)
    assert lease is not None
    assert lease.run == later.pk


def test_a_device_takes_no_run_that_it_cannot_hold_or_has_no_data_for(device, task):
    queue(task, memory_need=device.memory + 1)
    queue(make_task("elsewhere"))
    assert run_claim(device=device) is None
    assert not run_waits_for(device)
    queue(task)
    assert run_waits_for(device)
    assert run_claim(device=device) is not None


def test_a_draining_device_takes_nothing(device, task):
    queue(task)
    device.draining = True
    device.save()
    assert run_claim(device=device) is None


def test_data_of_cells_that_are_over_is_not_needed(device, task):
    run = queue(task)
    make_cell(run.checkpoint, make_task("elsewhere"), state="done", run=run)
    assert run_claim(device=device) is not None


def test_a_beat_renews_the_lease_and_reads_what_people_want(device, task):
    run = queue(task)
    lease = run_claim(device=device)
    assert lease is not None
    Run.objects.update(lease_until=timezone.now() + timedelta(seconds=5), cancel_requested=True)
    Cell.objects.update(state="cancelled")
    wishes = run_beat(lease=lease, progress={"phase": "scoring"}, log_tail="hello")
    assert wishes.cancel
    assert wishes.dropped == {Cell.objects.get().pk}
    run.refresh_from_db()
    assert run.lease_until is not None
    assert (run.lease_until - timezone.now()).total_seconds() > 80
    assert (run.progress, run.log_tail) == ({"phase": "scoring"}, "hello")


def test_every_write_of_a_late_worker_is_refused_and_changes_nothing(device, task):
    run = queue(task)
    late = run_claim(device=device)
    assert late is not None
    lapse(run)
    assert runs_sweep() == 1
    new = run_claim(device=make_device(node=device.node, name="cuda:0"))
    assert new is not None
    cell = Cell.objects.get()
    writes = [
        lambda: run_beat(lease=late, progress={"late": 1}, log_tail="late"),
        lambda: cell_start(lease=late, cell=cell.pk, documents=9),
        lambda: cell_progress(lease=late, cell=cell.pk, done=9, total=9, progress={"late": 1}, log_tail="late"),
        lambda: cell_done(lease=late, cell=cell.pk, outcome=outcome()),
        lambda: cells_fail(lease=late, cells=[cell.pk], reason="late"),
        lambda: cells_left(lease=late),
        lambda: run_release(lease=late, reason="late"),
        lambda: run_end(lease=late),
    ]
    before = Run.objects.values().get(), Cell.objects.values().get()
    for write in writes:
        with pytest.raises(LeaseLost):
            write()
    assert (Run.objects.values().get(), Cell.objects.values().get()) == before
    assert not Score.objects.exists()
    assert not PromptSet.objects.exists()
    assert cell_done(lease=new, cell=cell.pk, outcome=outcome())


def test_a_lapsed_lease_is_lost_even_before_a_sweep_sees_it(device, task):
    run = queue(task)
    lease = run_claim(device=device)
    assert lease is not None
    lapse(run)
    with pytest.raises(LeaseLost):
        run_beat(lease=lease, progress={}, log_tail="")


def test_a_cell_is_done_with_scores_and_samples_or_not_at_all(device, task, monkeypatch):
    queue(task)
    lease = run_claim(device=device)
    assert lease is not None
    cell = Cell.objects.get()

    def broken(*_):
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(import_module("evaluation.actions.cell_done"), "_store_samples", broken)
        with pytest.raises(RuntimeError):
            cell_done(lease=lease, cell=cell.pk, outcome=outcome())
    assert not Score.objects.exists()
    assert cell_done(lease=lease, cell=cell.pk, outcome=outcome())
    cell.refresh_from_db()
    assert (cell.state, cell.documents_done) == ("done", 5)
    score = Score.objects.get()
    assert (score.metric, score.value, score.stderr, score.n, score.origin) == ("acc", 0.5, 0.1, 5, "measured")
    assert SampleSet.objects.get().prompts == PromptSet.objects.get()
    assert not cell_done(lease=lease, cell=cell.pk, outcome=outcome())
    assert Score.objects.count() == 1


def test_a_cell_that_was_cancelled_or_taken_over_is_left_alone(device, task):
    queue(task)
    lease = run_claim(device=device)
    assert lease is not None
    cell = Cell.objects.get()
    Cell.objects.update(state="cancelled")
    assert not cell_done(lease=lease, cell=cell.pk, outcome=outcome())
    Cell.objects.update(state="queued", run=make_run(cell.checkpoint))
    assert not cell_start(lease=lease, cell=cell.pk, documents=3)
    assert cells_fail(lease=lease, cells=[cell.pk], reason="no") == 0
    assert Cell.objects.get().state == "queued"


def test_the_sweep_gives_a_lapsed_run_back_until_its_attempts_are_used_up(device, task, no_wake_up):
    run = queue(task, max_attempts=2)
    for attempt in (1, 2):
        lease = run_claim(device=device)
        assert lease is not None
        cell_start(lease=lease, cell=Cell.objects.get().pk, documents=3)
        lapse(run)
        assert runs_sweep() == 1
        run.refresh_from_db()
        assert f"fell silent in attempt {attempt} of 2" in run.reason
        assert Cell.objects.get().state == ("queued" if attempt == 1 else "failed")
    assert run.state == "failed"
    assert "fell silent" in Cell.objects.get().reason
    assert no_wake_up == [1, 1]
    assert runs_sweep() == 0


def test_the_sweep_leaves_a_good_lease_alone(device, task):
    queue(task)
    run_claim(device=device)
    assert runs_sweep() == 0
    assert Run.objects.get().state == "running"


def test_a_cancelled_run_whose_worker_died_ends_at_the_sweep(device, task):
    run = queue(task)
    run_claim(device=device)
    Run.objects.update(cancel_requested=True)
    lapse(run)
    runs_sweep()
    run.refresh_from_db()
    assert run.state == "cancelled"
    assert Cell.objects.get().state == "cancelled"


def test_a_release_counts_or_is_forgiven(device, task):
    run = queue(task, max_attempts=1)
    lease = run_claim(device=device)
    assert lease is not None
    assert run_release(lease=lease, reason="stopped", counts=False) == "queued"
    run.refresh_from_db()
    assert (run.max_attempts, run.owner, run.lease_until) == (2, "", None)
    again = run_claim(device=device)
    assert again is not None
    assert run_release(lease=again, reason="it broke") == "failed"
    assert Cell.objects.get().reason == "it broke"


@pytest.mark.parametrize(
    ("states", "end"),
    [
        (["done", "failed"], "done"),
        (["failed", "cancelled"], "failed"),
        (["cancelled", "cancelled"], "cancelled"),
    ],
)
def test_the_cells_decide_how_a_run_ends(device, task, states, end):
    run = queue(task)
    make_cell(run.checkpoint, make_task("other"), run=run, state=states[1], reason="no luck")
    lease = run_claim(device=device)
    assert lease is not None
    Cell.objects.filter(task=task).update(state=states[0], reason="bad luck")
    assert run_end(lease=lease) == end
    run.refresh_from_db()
    assert run.lease_until is None
    if states[0] == "done":
        assert run.reason == "1 of 2 cells failed. The first: no luck"
