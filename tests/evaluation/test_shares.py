"""Cells of an evaluation counted by the database say what the cells themselves would say."""

import pytest

from evaluation.progress import summary
from evaluation.shares import cells_of, evaluation_summary, shares
from tests.factories import make_cell, make_checkpoint, make_device, make_evaluation, make_run, make_task

pytestmark = pytest.mark.django_db


@pytest.fixture
def evaluation():
    """Three checkpoints: one done and failed, one at work, one waiting; and a cell of somebody else."""
    arc, piqa = make_task("arc"), make_task("piqa")
    done, works, waits = make_run(state="done"), make_run(state="running"), make_run()
    cells = [
        make_cell(done.checkpoint, arc, "done", run=done, documents_total=100, documents_done=100),
        make_cell(done.checkpoint, piqa, "failed", run=done, documents_total=100, documents_done=30),
        make_cell(works.checkpoint, arc, "running", run=works, documents_total=100, documents_done=40),
        make_cell(works.checkpoint, piqa, "queued", run=works, documents_total=100),
        make_cell(waits.checkpoint, arc, "queued", run=waits, documents_total=100),
        make_cell(make_checkpoint(), arc, "cancelled", documents_total=100),
    ]
    make_evaluation([make_cell(make_checkpoint(), piqa)])
    return make_evaluation(cells)


def test_the_counts_are_those_of_the_cells(evaluation):
    by_cell = summary(evaluation.cells.select_related("run"))
    counted = evaluation_summary(evaluation)
    assert (counted.total, counted.done, counted.failed, counted.running, counted.queued, counted.cancelled) == (
        6,
        1,
        1,
        1,
        2,
        1,
    )
    assert counted.fraction == by_cell.fraction == pytest.approx(340 / 600)
    assert counted.devices == by_cell.devices == 1


def test_a_cell_that_is_wanted_twice_counts_once(evaluation):
    evaluation.wants.create(cell=evaluation.cells.first(), asked_fewshot=5)
    assert evaluation_summary(evaluation).total == 6


def test_time_needs_a_pace_for_all_that_is_left(evaluation):
    assert evaluation_summary(evaluation).seconds_left is None
    make_device(speed={"multiple_choice": 10.0})
    assert evaluation_summary(evaluation).seconds_left == pytest.approx(6 + 10 + 10)


def test_a_run_at_work_knows_its_own_time_best(evaluation):
    make_device(speed={"multiple_choice": 10.0})
    works = evaluation.cells.get(state="running").run
    works.progress = {"seconds_left": 3}
    works.save()
    assert evaluation_summary(evaluation).seconds_left == pytest.approx(3 + 10)


def test_nothing_is_known_where_documents_are_not_counted(evaluation):
    make_device(speed={"multiple_choice": 10.0})
    evaluation.cells.filter(run__state="queued").update(documents_total=None)
    counted = evaluation_summary(evaluation)
    assert (counted.fraction, counted.seconds_left) == (None, None)


def test_nothing_is_left_of_what_has_ended(evaluation):
    evaluation.cells.update(state="done")
    counted = evaluation_summary(evaluation)
    assert (counted.ended, counted.seconds_left, counted.fraction) == (True, None, 1.0)


def test_counting_costs_the_same_queries_however_many_cells(evaluation, django_assert_num_queries):
    with django_assert_num_queries(1):
        before = shares(cells_of(evaluation))
    for number in range(20):
        evaluation.wants.create(cell=make_cell(make_checkpoint(), make_task(f"t{number}")), asked_fewshot=0)
    with django_assert_num_queries(1):
        assert len(shares(cells_of(evaluation))) == len(before) + 20
