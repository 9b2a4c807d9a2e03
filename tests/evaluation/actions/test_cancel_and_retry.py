"""Stopping and repeating work that several people may want."""

import pytest
from django.utils import timezone

from evaluation.actions import (
    ActionError,
    NotAllowed,
    evaluation_cancel,
    evaluation_retry,
    evaluation_submit,
    run_cancel,
    run_retry,
)
from evaluation.models import AuditEntry, Cell, Run
from tests.factories import make_task, make_user


@pytest.fixture
def evaluation(owner, runnable, ask):
    runnable("oak")
    make_task("a"), make_task("b")
    return evaluation_submit(user=owner, request=ask("oak", tasks=["a", "b"])).evaluation


def states():
    return dict(Cell.objects.values_list("task__name", "state"))


def test_cancelling_ends_queued_cells_and_their_run_at_once(owner, evaluation):
    evaluation_cancel(user=owner, evaluation=evaluation)
    assert states() == {"a": "cancelled", "b": "cancelled"}
    assert Run.objects.get().state == "cancelled"
    evaluation.refresh_from_db()
    assert evaluation.cancelled_at is not None
    assert AuditEntry.objects.filter(action="evaluation cancelled", who=owner).exists()


def test_cancelling_a_running_run_asks_its_worker(owner, evaluation):
    Run.objects.update(state="running", attempt=1, owner="n/cpu", lease_until=timezone.now())
    evaluation_cancel(user=owner, evaluation=evaluation)
    run = Run.objects.get()
    assert (run.state, run.cancel_requested) == ("running", True)


def test_a_cell_that_somebody_else_wants_goes_on(owner, teammate, evaluation, ask):
    evaluation_submit(user=teammate, request=ask("oak", tasks=["a"]))
    evaluation_cancel(user=owner, evaluation=evaluation)
    assert states() == {"a": "queued", "b": "cancelled"}
    assert Run.objects.get().state == "queued"
    assert not Run.objects.get().cancel_requested


def test_a_cancelled_evaluation_wants_nothing_any_more(owner, teammate, evaluation, ask):
    other = evaluation_submit(user=teammate, request=ask("oak", tasks=["a"])).evaluation
    evaluation_cancel(user=owner, evaluation=evaluation)
    evaluation_cancel(user=teammate, evaluation=other)
    assert states()["a"] == "cancelled"


def test_cancelling_what_is_done_is_refused_with_a_reason(owner, evaluation):
    Cell.objects.update(state="done")
    with pytest.raises(ActionError, match="nothing left to cancel"):
        evaluation_cancel(user=owner, evaluation=evaluation)
    with pytest.raises(ActionError, match="nothing left to cancel"):
        run_cancel(user=owner, run=Run.objects.get())


def test_cells_that_are_done_stay_done(owner, evaluation):
    Cell.objects.filter(task__name="a").update(state="done")
    evaluation_cancel(user=owner, evaluation=evaluation)
    assert states() == {"a": "done", "b": "cancelled"}
    assert Run.objects.get().state == "done"


def test_only_the_person_who_asked_or_staff_may_cancel_or_retry(teammate, evaluation):
    run = Run.objects.get()
    for attempt in (
        lambda: evaluation_cancel(user=teammate, evaluation=evaluation),
        lambda: evaluation_retry(user=teammate, evaluation=evaluation),
        lambda: run_cancel(user=teammate, run=run),
        lambda: run_retry(user=teammate, run=run),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    evaluation_cancel(user=make_user(is_staff=True), evaluation=evaluation)


def test_a_run_that_others_wait_for_is_cancelled_by_staff_only(owner, teammate, evaluation, ask):
    evaluation_submit(user=teammate, request=ask("oak", tasks=["a"]))
    run = Run.objects.get()
    with pytest.raises(ActionError, match="Somebody else"):
        run_cancel(user=owner, run=run)
    run_cancel(user=make_user(is_staff=True), run=run)
    assert set(states().values()) == {"cancelled"}


def test_retry_repeats_what_ended_badly_and_nothing_else(owner, evaluation, woken, django_capture_on_commit_callbacks):
    Cell.objects.filter(task__name="a").update(state="done")
    Cell.objects.filter(task__name="b").update(state="failed", reason="no luck")
    Run.objects.update(state="done")
    old = Run.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        (new,) = evaluation_retry(user=owner, evaluation=evaluation).runs
    assert states() == {"a": "done", "b": "queued"}
    assert new != old
    assert (new.memory_need, new.batch_size) == (old.memory_need, old.batch_size)
    assert woken == [1]


def test_retry_takes_a_cancellation_back(owner, evaluation):
    evaluation_cancel(user=owner, evaluation=evaluation)
    evaluation_retry(user=owner, evaluation=evaluation)
    evaluation.refresh_from_db()
    assert evaluation.cancelled_at is None
    assert set(states().values()) == {"queued"}


def test_retry_without_anything_to_repeat_is_refused(owner, evaluation):
    with pytest.raises(ActionError, match="nothing to repeat"):
        evaluation_retry(user=owner, evaluation=evaluation)
    with pytest.raises(ActionError, match="nothing to repeat"):
        run_retry(user=owner, run=Run.objects.get())


def test_what_a_repeated_run_opened_again_can_be_cancelled_again(owner, teammate, evaluation, ask):
    evaluation_cancel(user=owner, evaluation=evaluation)
    run_retry(user=owner, run=Run.objects.get())
    assert states() == {"a": "queued", "b": "queued"}
    evaluation_submit(user=teammate, request=ask("oak", tasks=["a"]))
    evaluation_cancel(user=owner, evaluation=evaluation)
    assert states() == {"a": "queued", "b": "cancelled"}
    with pytest.raises(ActionError, match="nothing left"):
        evaluation_cancel(user=owner, evaluation=evaluation)


def test_a_run_is_retried_in_a_new_run(owner, evaluation):
    Cell.objects.update(state="failed")
    Run.objects.update(state="failed")
    (new,) = run_retry(user=owner, run=Run.objects.get()).runs
    assert new.cells.count() == 2


@pytest.mark.parametrize("redis", [True, False])
def test_a_retry_tells_whether_workers_could_be_woken(owner, evaluation, redis, monkeypatch):
    monkeypatch.setattr("evaluation.actions.retry.transaction.on_commit", lambda act: act())
    monkeypatch.setattr("evaluation.actions.retry.wake", lambda count=1, runs=(): redis)
    for again in (
        lambda: evaluation_retry(user=owner, evaluation=evaluation),
        lambda: run_retry(user=owner, run=Run.objects.latest("pk")),
    ):
        Cell.objects.update(state="failed")
        assert again().woken is redis
