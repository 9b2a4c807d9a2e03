"""Many runs at once: the rules of one run hold for each of them."""

from collections.abc import Sequence

import pytest
from django.contrib.auth.models import AnonymousUser

from evaluation.actions import ActionError, NotAllowed, runs_cancel, runs_reprioritise, runs_retry
from evaluation.actions import bulk as bulk_module
from evaluation.models import AuditEntry, Cell, Run
from tests.factories import make_cell, make_checkpoint, make_evaluation, make_run, make_task, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def woken(monkeypatch) -> list[int]:
    sent: list[int] = []

    def noted(count: int = 1, runs: Sequence[Run] = ()) -> bool:
        sent.append(len(runs) or count)
        return True

    for module in ("retry", "reprioritise"):
        monkeypatch.setattr(f"evaluation.actions.{module}.wake", noted)
    return sent


def one(person, state="queued", cell="", **fields):
    """A run of one cell that its person's evaluation wants."""
    checkpoint = make_checkpoint()
    run = make_run(checkpoint, state, requested_by=person, **fields)
    make_evaluation([make_cell(checkpoint, state=cell or state, run=run)], person)
    return run


def pks(*runs):
    return [run.pk for run in runs]


def state_of(run):
    return Run.objects.get(pk=run.pk).state


def test_cancelling_ends_those_that_wait_and_asks_the_workers_of_those_that_run(owner):
    waits, runs = one(owner), one(owner, "running")
    done = runs_cancel(user=owner, runs=pks(waits, runs))
    assert (done.changed, done.left) == (2, {})
    assert (state_of(waits), state_of(runs)) == ("cancelled", "running")
    assert Run.objects.get(pk=runs.pk).cancel_requested
    assert set(Cell.objects.values_list("state", flat=True)) == {"cancelled"}
    assert AuditEntry.objects.get(action="runs cancelled").detail == {"runs": pks(waits, runs), "cancelled": 2}


def test_runs_of_others_stay_and_the_outcome_says_why(owner, teammate):
    mine, hers = one(owner), one(teammate)
    done = runs_cancel(user=owner, runs=pks(mine, hers))
    assert done.changed == 1
    assert done.left == {"Only the person who asked for it, or an administrator, may do this.": 1}
    assert state_of(hers) == "queued"


def test_an_administrator_may_cancel_everybodys(owner, teammate):
    done = runs_cancel(user=make_user(is_staff=True), runs=pks(one(owner), one(teammate)))
    assert done.changed == 2


def test_a_run_whose_cells_somebody_else_wants_goes_on(owner, teammate):
    shared, alone = one(owner), one(owner)
    make_evaluation([shared.cells.get()], teammate)
    done = runs_cancel(user=owner, runs=pks(shared, alone))
    assert done.changed == 1
    assert "Somebody else's evaluation waits" in next(iter(done.left))
    assert (state_of(shared), state_of(alone)) == ("queued", "cancelled")
    assert shared.cells.get().state == "queued"


def test_what_has_ended_is_counted_as_left(owner):
    done = runs_cancel(user=owner, runs=pks(one(owner, "done")))
    assert done.changed == 0
    assert "nothing left to cancel" in next(iter(done.left))
    assert not AuditEntry.objects.exists()


def test_done_cells_of_a_cancelled_run_stay(owner):
    run = one(owner)
    make_cell(run.checkpoint, state="done", run=run)
    runs_cancel(user=owner, runs=pks(run))
    assert sorted(run.cells.values_list("state", flat=True)) == ["cancelled", "done"]
    assert state_of(run) == "done"


def test_retrying_puts_each_runs_bad_cells_into_a_new_run_of_its_own(owner, woken, django_capture_on_commit_callbacks):
    first, second = one(owner, "failed", priority=-3, batch_size="4"), one(owner, "done", cell="failed")
    kept = make_cell(second.checkpoint, make_task("kept"), "done", run=second)
    with django_capture_on_commit_callbacks(execute=True):
        done = runs_retry(user=owner, runs=pks(first, second, one(owner, "done")))
    assert done.changed == 2
    assert done.left == {"There is nothing to repeat: no cell failed or was cancelled.": 1}
    new = list(Run.objects.waiting().order_by("pk"))
    assert [(run.checkpoint, run.priority, run.batch_size) for run in new] == [
        (first.checkpoint, -3, "4"),
        (second.checkpoint, 0, "16"),
    ]
    assert list(Cell.objects.filter(run__in=new).values_list("state", flat=True)) == ["queued", "queued"]
    kept.refresh_from_db()
    assert (kept.state, kept.run) == ("done", second)
    assert woken == [2]


def test_a_reader_who_may_not_queue_may_not_retry(owner):
    run = one(owner, "failed")
    owner.groups.clear()
    with pytest.raises(NotAllowed, match="role of an evaluator"):
        runs_retry(user=type(owner).objects.get(pk=owner.pk), runs=pks(run))


def test_a_priority_is_given_to_those_that_wait(owner, woken, django_capture_on_commit_callbacks):
    waits, runs = one(owner), one(owner, "running")
    with django_capture_on_commit_callbacks(execute=True):
        done = runs_reprioritise(user=owner, runs=pks(waits, runs), priority=-5)
    assert done.changed == 1
    assert "begun or ended" in next(iter(done.left))
    assert Run.objects.get(pk=waits.pk).priority == -5
    assert Run.objects.get(pk=runs.pk).priority == 0
    assert woken == [1]


def test_only_an_administrator_may_put_runs_before_those_of_others(owner):
    run = one(owner)
    with pytest.raises(NotAllowed, match="administrator"):
        runs_reprioritise(user=owner, runs=pks(run), priority=1)
    with pytest.raises(ActionError, match="-100 to 100"):
        runs_reprioritise(user=make_user(is_staff=True), runs=pks(run), priority=101)
    assert runs_reprioritise(user=make_user(is_staff=True), runs=pks(run), priority=9).changed == 1


@pytest.mark.parametrize("act", [runs_cancel, runs_retry, lambda **how: runs_reprioritise(**how, priority=0)])
def test_without_an_account_nothing_is_done(owner, act):
    run = one(owner)
    with pytest.raises(NotAllowed, match="Sign in"):
        act(user=AnonymousUser(), runs=pks(run))
    assert state_of(run) == "queued"


def test_many_runs_go_in_several_transactions(owner, monkeypatch):
    monkeypatch.setattr(bulk_module, "AT_ONCE", 2)
    runs = [one(owner) for _ in range(5)]
    assert runs_cancel(user=owner, runs=pks(*runs)).changed == 5
    assert AuditEntry.objects.filter(action="runs cancelled").count() == 3
