"""Queueing: identical cells are shared, everything is written or nothing."""

import pytest
from django.contrib.auth.models import AnonymousUser

from evaluation.actions import NotAllowed, evaluation_submit
from evaluation.actions.plan import planner_of
from evaluation.core.request import RequestError
from evaluation.models import AuditEntry, Cell, Evaluation, Node, Run
from tests.factories import make_task


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def test_one_run_per_checkpoint_and_a_wake_up_for_each(owner, runnable, ask, commit, woken):
    runnable("oak"), runnable("elm")
    make_task("a"), make_task("b")
    with commit():
        submission = evaluation_submit(
            user=owner, request=ask("oak", "elm", tasks=["a", "b"], num_fewshot=[0, 5], batch_size=4, note="first")
        )
    assert (submission.created, submission.woken) == (True, True)
    assert [run.cells.count() for run in Run.objects.all()] == [4, 4]
    assert {(run.batch_size, run.requested_by) for run in Run.objects.all()} == {("4", owner)}
    assert min(Run.objects.values_list("memory_need", flat=True)) > 0
    assert submission.evaluation.wants.filter(reused=False).count() == 8
    assert woken == [2]
    entry = AuditEntry.objects.get()
    assert (entry.who, entry.action) == (owner, "evaluation submitted")


def test_the_same_request_again_shares_every_cell(owner, teammate, runnable, ask, commit, woken):
    runnable("oak")
    make_task("a")
    request = ask("oak", tasks=["a"])
    first = evaluation_submit(user=owner, request=request)
    with commit():
        second = evaluation_submit(user=teammate, request=request)
    assert (second.created, second.woken, woken) == (False, True, [])
    assert (Cell.objects.count(), Run.objects.count(), Evaluation.objects.count()) == (1, 1, 2)
    assert second.evaluation.wants.get().reused
    assert first.evaluation.cells.get() == second.evaluation.cells.get()


def test_a_failed_cell_goes_through_a_new_run(owner, runnable, ask):
    runnable("oak")
    make_task("a")
    request = ask("oak", tasks=["a"])
    evaluation_submit(user=owner, request=request)
    Cell.objects.update(state="failed", reason="no luck", documents_done=7)
    Run.objects.update(state="failed")
    assert evaluation_submit(user=owner, request=request).created
    cell = Cell.objects.get()
    assert (cell.state, cell.reason, cell.documents_done) == ("queued", "", 0)
    assert cell.run == Run.objects.get(state="queued")


def test_force_keeps_the_old_generation(owner, runnable, ask):
    runnable("oak")
    make_task("fixed", fixed_fewshot=0)
    evaluation_submit(user=owner, request=ask("oak", tasks=["fixed"]))
    Cell.objects.update(state="done")
    again = evaluation_submit(user=owner, request=ask("oak", tasks=["fixed"], num_fewshot=[0, 5], force=True))
    assert sorted(Cell.objects.values_list("generation", "state")) == [(0, "done"), (1, "queued")]
    assert set(again.evaluation.wants.values_list("asked_fewshot", "cell__generation")) == {(0, 1), (5, 1)}


def test_collapsed_shots_want_one_cell_twice(owner, runnable, ask):
    runnable("oak")
    make_task("fixed", fixed_fewshot=0)
    evaluation = evaluation_submit(user=owner, request=ask("oak", tasks=["fixed"], num_fewshot=[0, 5])).evaluation
    assert Cell.objects.count() == 1
    assert sorted(evaluation.wants.values_list("asked_fewshot", flat=True)) == [0, 5]


def test_refused_cells_beside_others_are_kept_with_their_reason(owner, runnable, ask):
    runnable("oak"), runnable("moss", family="encoder-only")
    make_task("story", output_type="generate_until")
    evaluation = evaluation_submit(user=owner, request=ask("oak", "moss", tasks=["story"])).evaluation
    assert evaluation.cells.count() == 1
    (refused,) = evaluation.request["refused"]
    assert (refused["model"], refused["task"], refused["num_fewshot"]) == ("moss", "story", 0)
    assert "does not write text" in refused["reason"]


def test_when_all_is_refused_nothing_is_written(owner, runnable, ask):
    runnable("moss", family="encoder-only")
    make_task("story", output_type="generate_until")
    with pytest.raises(RequestError) as error:
        evaluation_submit(user=owner, request=ask("moss", tasks=["story"], num_fewshot=[0, 5]))
    assert list(error.value.errors) == ["tasks"]
    assert len(error.value.errors["tasks"]) == 1
    assert not Evaluation.objects.exists()
    assert not AuditEntry.objects.exists()


def test_an_identical_cell_made_between_plan_and_write_is_shared(owner, teammate, runnable, ask, monkeypatch):
    from evaluation.actions import submit

    runnable("oak")
    make_task("a")
    request = ask("oak", tasks=["a"])
    planner = planner_of(user=owner, request=request)
    evaluation_submit(user=teammate, request=request)
    monkeypatch.setattr(submit, "planner_of", lambda **_: planner)
    late = evaluation_submit(user=owner, request=request)
    assert not late.created
    assert (Cell.objects.count(), Run.objects.count()) == (1, 1)


def test_a_cell_cancelled_between_plan_and_write_runs_after_all(owner, teammate, runnable, ask, monkeypatch):
    from evaluation.actions import evaluation_cancel, submit

    runnable("oak")
    make_task("a")
    request = ask("oak", tasks=["a"])
    first = evaluation_submit(user=teammate, request=request).evaluation
    planner = planner_of(user=owner, request=request)
    evaluation_cancel(user=teammate, evaluation=first)
    monkeypatch.setattr(submit, "planner_of", lambda **_: planner)
    assert evaluation_submit(user=owner, request=request).created
    assert Cell.objects.get().state == "queued"
    assert Run.objects.get(cells=Cell.objects.get()).state == "queued"


def test_tasks_whose_data_lies_on_different_nodes_go_in_different_runs(owner, runnable, ask):
    runnable("oak")
    here, there = Node.objects.create(name="here"), Node.objects.create(name="there")
    here.tasks.add(make_task("a"), make_task("b"))
    there.tasks.add(make_task("c"))
    evaluation_submit(user=owner, request=ask("oak", tasks=["a", "b", "c"]))
    assert sorted(run.cells.count() for run in Run.objects.all()) == [1, 2]


def test_with_redis_down_the_submission_stands_and_says_so(owner, runnable, ask, commit, monkeypatch):
    monkeypatch.setattr("evaluation.actions.submit.wake", lambda count=1, runs=(): False)
    runnable("oak")
    make_task("a")
    with commit():
        submission = evaluation_submit(user=owner, request=ask("oak", tasks=["a"]))
    # The callback runs when the outer transaction of this test commits, after the action returned.
    assert submission.created
    assert Run.objects.get().state == "queued"


def test_without_an_account_nothing_is_queued(db, runnable, ask):
    runnable("oak")
    make_task("a")
    with pytest.raises(NotAllowed):
        evaluation_submit(user=AnonymousUser(), request=ask("oak", tasks=["a"]))


def test_submitting_does_not_look_at_who_could_take_it_and_asks_few_questions(
    owner, runnable, ask, django_assert_max_num_queries
):
    runnable("oak")
    make_task("a")
    owner.has_perm("evaluation.add_evaluation")  # kept with the account from here on, as in a request
    with django_assert_max_num_queries(16):
        evaluation_submit(user=owner, request=ask("oak", tasks=["a"]))
