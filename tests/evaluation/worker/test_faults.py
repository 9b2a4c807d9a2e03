"""What dies, hangs or is cut off in mid-run: every cell ends once, complete. Real Redis, real workers, fake runners."""

import os
import signal
import time

import psutil
import pytest

from evaluation.actions import evaluation_cancel, run_cancel
from evaluation.models import Cell, Device, PromptSet, Run, SampleSet, Score
from tests.services import wait_for

pytestmark = [pytest.mark.slow, pytest.mark.site(FAKE_DOCUMENTS="30", FAKE_PACE="0.05")]

LEASE = 8


def all_ended(evaluation):
    """The cells, once each of them and the run behind it is over."""
    cells = list(evaluation.cells.select_related("run"))
    over = not any({cell.state, cell.run.state} & {"queued", "running"} for cell in cells)
    return cells if over else None


def in_the_middle(evaluation, ended=1):
    """A cell is under way and ``ended`` others are over."""
    cells = list(evaluation.cells.all())
    over = sum(cell.state == "done" for cell in cells)
    return over >= ended and any(cell.state == "running" and cell.documents_done for cell in cells)


def assert_each_cell_once(evaluation, site):
    """Every cell is done, with its one score and its samples, and none was scored to the end twice."""
    cells = all_ended(evaluation)
    assert cells is not None
    assert [cell.state for cell in cells] == ["done"] * len(cells), [cell.reason for cell in cells]
    assert Score.objects.filter(cell__in=cells).count() == len(cells)
    assert SampleSet.objects.filter(cell__in=cells).count() == len(cells)
    runs = Run.objects.filter(cells__in=cells).distinct()
    assert {run.state for run in runs} == {"done"}
    stored = [f"{s.cell_id}" for s in SampleSet.objects.all()]
    assert len(stored) == len(set(stored))


def test_a_run_goes_through_and_the_runner_stays_warm(live, work):
    live.start_worker("one")
    first = work.submit("oak")
    wait_for(lambda: all_ended(first), "the first evaluation ends")
    second = work.submit("oak", shots=(5,))
    wait_for(lambda: all_ended(second), "the second evaluation ends")
    assert_each_cell_once(first, live)
    assert_each_cell_once(second, live)
    assert len(live.said("start")) == 1
    run = Run.objects.first()
    assert run is not None
    assert (run.state, run.attempt, run.owner) == ("done", 1, "one/cpu")
    assert "fake: run" in run.log_tail
    assert Device.objects.get(node__name="one").speed["multiple_choice"] > 0
    assert Device.objects.get(node__name="one").loaded == "oak@main"
    cell = Cell.objects.filter(evaluations=first).first()
    assert cell is not None
    assert cell.made_with["device"] == "one/cpu"
    assert cell.made_with["undefined"] == ["f1"]
    assert PromptSet.objects.count() == 6


def test_kill_9_of_the_runner_loses_nothing_and_repeats_no_cell_that_is_done(live, work):
    live.start_worker("one")
    evaluation = work.submit()
    wait_for(lambda: in_the_middle(evaluation), "a cell is under way")
    os.kill(int(live.said("start")[0][0]), signal.SIGKILL)
    wait_for(lambda: all_ended(evaluation), "all cells end")
    assert_each_cell_once(evaluation, live)
    run = Run.objects.get()
    assert run.attempt == 2
    done = [line[3] for line in live.said("done")]
    assert len(done) == len(set(done)) == 3


def test_kill_9_of_the_worker_leaves_no_runner_and_another_worker_takes_over(live, work):
    worker = live.start_worker("one")
    evaluation = work.submit()
    wait_for(lambda: in_the_middle(evaluation), "a cell is under way")
    live.start_worker("two")
    worker.kill()
    wait_for(lambda: not live.runners_of("one"), "no runner of the dead worker lives", seconds=10)
    work.lapse(worker)
    wait_for(lambda: all_ended(evaluation), "all cells end")
    assert_each_cell_once(evaluation, live)
    run = Run.objects.get()
    assert (run.attempt, run.owner) == (2, "two/cpu")
    done = [line[3] for line in live.said("done")]
    assert len(done) == len(set(done)) == 3


def test_kill_9_of_redis_stops_nothing_and_a_submission_meanwhile_says_so(live, work):
    live.start_worker("one")
    first = work.submit("oak")
    assert work.last.woken
    wait_for(lambda: in_the_middle(first), "a cell is under way")
    live.redis.kill()
    began = time.monotonic()
    second = work.submit("elm")
    assert time.monotonic() - began < 10
    assert (work.last.created, work.last.woken) == (True, False)
    wait_for(lambda: all_ended(first), "the run in hand ends without Redis")
    live.redis.start()  # empty: the wake-ups are gone
    wait_for(lambda: all_ended(second), "what was queued meanwhile is done")
    assert_each_cell_once(first, live)
    assert_each_cell_once(second, live)
    assert {run.attempt for run in Run.objects.all()} == {1}


def test_a_stopped_runner_is_found_as_hung_killed_and_retried(live, work):
    live.start_worker("one")
    evaluation = work.submit()
    wait_for(lambda: in_the_middle(evaluation), "a cell is under way")
    hung = int(live.said("start")[0][0])
    os.kill(hung, signal.SIGSTOP)
    run = wait_for(lambda: Run.objects.filter(reason__contains="no sign of life").first(), "it is found as hung")
    assert "It was scoring" in run.reason
    wait_for(lambda: not psutil.pid_exists(hung), "the hung runner is killed")
    wait_for(lambda: all_ended(evaluation), "all cells end")
    assert_each_cell_once(evaluation, live)
    assert Run.objects.get().attempt == 2


def test_a_worker_stopped_for_longer_than_its_lease_stores_nothing_more(live, work):
    late = live.start_worker("one")
    evaluation = work.submit()
    wait_for(lambda: in_the_middle(evaluation), "a cell is under way")
    before = set(Cell.objects.filter(state="done").values_list("pk", flat=True))
    late.send_signal(signal.SIGSTOP)
    work.lapse(late)
    live.start_worker("two")
    wait_for(lambda: Run.objects.get().owner == "two/cpu", "the other worker takes over")
    late.send_signal(signal.SIGCONT)
    wait_for(lambda: not live.runners_of("one"), "the late worker ends its runner")
    wait_for(lambda: all_ended(evaluation), "all cells end")
    assert_each_cell_once(evaluation, live)
    made = {cell.pk: cell.made_with["device"] for cell in evaluation.cells.all()}
    assert {pk for pk, device in made.items() if device == "one/cpu"} == before
    assert Run.objects.get().attempt == 2


def test_a_worker_alone_that_was_stopped_for_longer_than_its_lease_starts_the_run_again(live, work):
    worker = live.start_worker("one")
    evaluation = work.submit()
    wait_for(lambda: in_the_middle(evaluation), "a cell is under way")
    worker.send_signal(signal.SIGSTOP)
    time.sleep(LEASE + 1)
    worker.send_signal(signal.SIGCONT)
    wait_for(lambda: all_ended(evaluation), "all cells end")
    assert_each_cell_once(evaluation, live)
    assert Run.objects.get().attempt == 2


def test_sigterm_gives_the_run_back_at_once_and_forgives_the_attempt(live, work):
    worker = live.start_worker("one")
    evaluation = work.submit()
    wait_for(lambda: in_the_middle(evaluation), "a cell is under way")
    worker.terminate()
    assert worker.wait(timeout=30) == 0
    run = Run.objects.get()
    assert (run.state, run.attempt, run.max_attempts) == ("queued", 1, 4)
    assert "was stopped" in run.reason
    assert not live.runners_of("one")
    live.start_worker("two")
    wait_for(lambda: all_ended(evaluation), "all cells end")
    assert_each_cell_once(evaluation, live)


@pytest.mark.site(FAKE_DOCUMENTS="400", FAKE_PACE="0.05")
def test_cancel_in_mid_run_stops_the_runner_within_a_heartbeat_or_two(live, work):
    live.start_worker("one")
    evaluation = work.submit()
    wait_for(lambda: in_the_middle(evaluation, ended=0), "a cell is under way")
    evaluation_cancel(user=work.user, evaluation=evaluation)
    wait_for(lambda: Run.objects.get().state == "cancelled", "the run is cancelled", seconds=20)
    assert {cell.state for cell in evaluation.cells.all()} == {"cancelled"}
    assert live.said("cancelled")
    assert len(live.runners_of("one")) == 1  # it stays warm


@pytest.mark.site(FAKE_DOCUMENTS="100", FAKE_PACE="0.05")
def test_only_the_cell_that_nobody_wants_any_more_is_dropped(live, work):
    live.start_worker("one")
    evaluation = work.submit()
    wait_for(lambda: in_the_middle(evaluation, ended=0), "a cell is under way")
    running = Cell.objects.get(state="running")
    other = work.submit(limit=None)  # wants all three
    other.wants.filter(cell=running).delete()
    evaluation_cancel(user=work.user, evaluation=evaluation)
    wait_for(lambda: all_ended(other), "the other evaluation ends")
    running.refresh_from_db()
    assert running.state == "cancelled"
    assert {cell.state for cell in other.cells.all()} == {"done"}
    assert Run.objects.get().state == "done"
    assert ["cancelled", str(running.pk)] in [line[1:] for line in live.said("cancelled")]


@pytest.mark.site(FAKE_DOCUMENTS="400", FAKE_PACE="0.05")
def test_a_cancelled_run_ends_although_its_runner_hangs(live, work):
    live.start_worker("one")
    evaluation = work.submit()
    wait_for(lambda: in_the_middle(evaluation, ended=0), "a cell is under way")
    os.kill(int(live.said("start")[0][0]), signal.SIGSTOP)
    run_cancel(user=work.user, run=Run.objects.get())
    wait_for(lambda: Run.objects.get().state == "cancelled", "the run is cancelled", seconds=40)


@pytest.mark.postgresql
@pytest.mark.site(ON="postgresql", FAKE_DOCUMENTS="30", FAKE_PACE="0.05")
def test_on_postgresql_a_stopped_worker_and_a_killed_one_lose_nothing(live, work):
    late = live.start_worker("one")
    evaluation = work.submit()
    wait_for(lambda: in_the_middle(evaluation, ended=0), "a cell is under way")
    late.send_signal(signal.SIGSTOP)
    work.lapse(late)
    killed = live.start_worker("two")
    wait_for(lambda: Run.objects.get().owner == "two/cpu", "the other worker takes over")
    late.send_signal(signal.SIGCONT)
    wait_for(lambda: not live.runners_of("one"), "the late worker ends its runner")
    killed.kill()
    wait_for(lambda: not live.runners_of("two"), "no runner of the dead worker lives", seconds=10)
    work.lapse(killed)
    wait_for(lambda: all_ended(evaluation), "all cells end")
    assert_each_cell_once(evaluation, live)
    assert Run.objects.get().attempt == 3
