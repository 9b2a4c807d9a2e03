"""What of the queue is found, in which order, with what place, progress and time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from evaluation.queue.choices import choices
from evaluation.queue.filters import QueueFilter
from evaluation.queue.listing import listing
from evaluation.queue.rows import queue_rows
from tests.factories import make_card, make_cell, make_checkpoint, make_device, make_run, make_task, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def oak():
    return make_checkpoint(make_card("Oak"))


def found(user, **chosen):
    return list(listing(user, QueueFilter(**chosen)).runs)


def offered(user, **chosen):
    wanted = QueueFilter(**chosen)
    return choices(user, wanted, listing(user, wanted))


def test_what_runs_comes_first_then_the_queue_as_it_goes(owner, teammate, oak):
    his = [make_run(oak, requested_by=owner) for _ in range(3)]
    hers = make_run(oak, requested_by=teammate)
    urgent = make_run(oak, requested_by=owner, priority=5)
    running = make_run(oak, "running", requested_by=owner)
    ended = make_run(oak, "done")
    seen = listing(owner, QueueFilter())
    # The one that runs is a device that its person has: the other person goes first.
    assert list(seen.runs) == [each.pk for each in (running, urgent, hers, *his)]
    assert (seen.running, seen.queued, seen.waiting) == (1, 5, 5)
    assert seen.positions[hers.pk] == 2
    assert ended.pk not in seen.runs


def test_a_place_counts_runs_that_the_reader_may_not_see(owner, stranger):
    secret = make_checkpoint(make_card("Secret", visibility="restricted", owner=owner))
    make_run(secret, requested_by=owner)
    open_one = make_run(requested_by=stranger)
    seen = listing(stranger, QueueFilter())
    assert list(seen.runs) == [open_one.pk]
    assert seen.positions[open_one.pk] == 2
    assert (seen.queued, seen.waiting) == (1, 2)


def test_ended_runs_are_found_by_their_state_newest_first(owner, oak):
    older, newer = make_run(oak, "failed"), make_run(oak, "failed")
    make_run(oak, "done")
    assert found(owner, state="failed") == [newer.pk, older.pk]


def test_each_filter_finds_its_runs_and_all_of_them_hold_together(owner, teammate, oak):
    arc = make_task("arc")
    wanted = make_run(oak, "running", owner="gpu-1/cuda:0", requested_by=owner)
    make_cell(oak, arc, run=wanted)
    other_model = make_run(make_checkpoint(make_card("Elm")), "running", owner="gpu-1/cuda:1", requested_by=owner)
    other_task = make_run(oak, "running", owner="gpu-1/cuda:2", requested_by=owner)
    make_cell(oak, make_task("piqa"), run=other_task)
    other_person = make_run(oak, "running", owner="gpu-1/cuda:3", requested_by=teammate)
    other_node = make_run(oak, "running", owner="gpu-10/cuda:0", requested_by=owner)
    assert found(owner, task="arc") == [wanted.pk]
    assert other_model.pk not in found(owner, model="oak")
    assert other_person.pk not in found(owner, person="owner")
    assert other_node.pk not in found(owner, node="gpu-1")
    assert found(owner, model="oak", task="arc", person="owner", node="gpu-1", state="running") == [wanted.pk]


def test_a_run_for_which_a_node_keeps_devices_free_is_found_at_that_node(owner, oak):
    node = make_device(name="cuda:0").node
    gathered = make_run(oak, gathering=node)
    make_run(oak)
    assert found(owner, node=node.name) == [gathered.pk]


def test_unknown_states_and_names_in_an_address_are_no_filters():
    assert QueueFilter.of({"state": "<b>", "colour": "red", "model": " oak "}) == QueueFilter(model="oak")
    assert QueueFilter(model="oak", state="done").query == {"state": "done", "model": "oak"}


def test_progress_counts_documents_of_all_cells(owner, oak):
    run = make_run(oak, "running", progress={"seconds_left": 40})
    make_cell(oak, make_task("a"), "done", run=run, documents_total=100, documents_done=100)
    make_cell(oak, make_task("b"), "failed", run=run, documents_total=100, documents_done=10)
    make_cell(oak, make_task("c"), "running", run=run, documents_total=200, documents_done=50)
    make_cell(oak, make_task("d"), "queued", run=run, documents_total=100)
    row = queue_rows([run.pk], {})[0]
    assert (row.tally.cells, row.tally.over, row.tally.percent) == (4, 2, 50)
    assert row.tally.states["failed"] == 1
    assert row.tasks == ("a", "b", "c")
    assert row.further_tasks == 1
    assert row.seconds == 40


def test_progress_counts_cells_where_documents_are_not_counted(oak):
    run = make_run(oak)
    make_cell(oak, make_task("a"), "done", run=run, documents_total=None)
    make_cell(oak, make_task("b"), run=run, documents_total=None)
    assert queue_rows([run.pk], {})[0].tally.percent == 50


def test_a_run_whose_cells_went_elsewhere_is_empty_and_no_error(oak):
    row = queue_rows([make_run(oak, "failed").pk], {})[0]
    assert (row.tally.cells, row.tally.percent, row.tasks) == (0, 0, ())


def test_a_queued_run_says_why_it_waits_and_how_long_it_will_take(oak):
    task = make_task("arc")
    make_device(tasks=[task], speed={"multiple_choice": 10.0})
    run = make_run(oak)
    make_cell(oak, task, run=run, documents_total=300)
    row = queue_rows([run.pk], {run.pk: 4})[0]
    assert row.position == 4
    assert row.seconds == pytest.approx(30)
    assert row.waiting == "starts as soon as a worker looks"


def test_time_is_not_known_where_one_task_has_no_pace(oak):
    make_device(speed={"multiple_choice": 10.0})
    run = make_run(oak)
    make_cell(oak, make_task("arc"), run=run, documents_total=300)
    make_cell(oak, make_task("story", output_type="generate_until"), run=run, documents_total=300)
    assert queue_rows([run.pk], {})[0].seconds is None


def test_a_run_that_loads_has_the_time_that_past_cells_tell(oak):
    make_device(speed={"multiple_choice": 10.0})
    run = make_run(oak, "running", progress={"phase": "load"})
    make_cell(oak, make_task("arc"), run=run, documents_total=300)
    assert queue_rows([run.pk], {})[0].seconds == 30
    run.progress = {"seconds_left": 7}
    run.save()
    assert queue_rows([run.pk], {})[0].seconds == 7


def test_rows_cost_the_same_queries_however_many(oak, django_assert_num_queries, django_assert_max_num_queries):
    task = make_task("arc")
    make_device(tasks=[task])
    runs = [make_run(oak) for _ in range(12)]
    for number, run in enumerate(runs):
        make_cell(oak, task, run=run, num_fewshot=number)
    with django_assert_max_num_queries(12) as few:
        queue_rows([run.pk for run in runs[:2]], {})
    with django_assert_num_queries(len(few)):
        queue_rows([run.pk for run in runs], {})


def test_filters_offer_what_is_there_and_nothing_hidden(owner, stranger, oak):
    make_cell(oak, make_task("arc"), run=make_run(oak, requested_by=stranger))
    secret = make_checkpoint(make_card("Secret", visibility="restricted", owner=owner))
    make_cell(secret, make_task("hush"), run=make_run(secret, requested_by=owner))
    make_run(make_checkpoint(make_card("Elm")), "done", requested_by=make_user("ada"))
    seen = offered(stranger, model="gone")
    assert seen.models == [("gone", "gone"), ("oak", "Oak")]
    assert seen.tasks == [("arc", "arc")]
    assert seen.people == [("stranger", "stranger")]
    assert offered(stranger, state="done").people == [("ada", "ada")]
    assert offered(stranger, state="done").models == [("elm", "Elm")]
    assert offered(stranger, state="running").people == []


def test_older_runs_of_a_person_go_before_newer(owner, oak):
    newer = make_run(oak, requested_by=owner)
    older = make_run(oak, requested_by=owner)
    type(older).objects.filter(pk=older.pk).update(created_at=timezone.now() - timedelta(hours=1))
    assert found(owner) == [older.pk, newer.pk]
