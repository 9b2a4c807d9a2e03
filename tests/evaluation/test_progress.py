"""How far it is, and how long it still takes."""

from io import StringIO

import pytest
from django.core.management.base import OutputWrapper

from evaluation.cli import ProgressBar
from evaluation.progress import Summary, summary
from evaluation.shares import evaluation_summary
from tests.factories import make_cell, make_checkpoint, make_device, make_evaluation, make_run, make_task

pytestmark = pytest.mark.django_db


@pytest.fixture
def cell():
    """Makes cells of one checkpoint, with 100 documents each."""
    checkpoint = make_checkpoint()
    numbers = iter(range(100))

    def make(state, done=0, documents=100, **fields):
        task = make_task(f"task {next(numbers)}")
        return make_cell(checkpoint, task, state, documents_done=done, documents_total=documents, **fields)

    return make


def test_of_no_cells_nothing_is_known_and_nothing_is_left():
    now = summary([])
    assert (now.percent, now.fraction, now.seconds_left, now.ended) == (0, None, None, True)


def test_documents_of_ended_cells_count_in_full(cell):
    now = summary([cell("done", 100), cell("failed", 3), cell("running", 50)])
    assert (now.total, now.over, now.failed, now.state) == (3, 2, 1, "running")
    assert now.fraction == pytest.approx(250 / 300)


def test_without_counts_the_cells_are_counted(cell):
    now = summary([cell("done", 100), cell("queued", 0, None)])
    assert (now.percent, now.fraction) == (50, None)


def test_what_moves_comes_first_then_what_needs_a_look(cell):
    assert summary([cell("queued"), cell("failed")]).state == "queued"
    assert summary([cell("done"), cell("failed")]).state == "failed"
    assert summary([cell("cancelled"), cell("done")]).ended


def test_the_time_left_is_what_the_run_says_and_the_pace_of_devices_for_the_rest(cell):
    make_device(speed={"multiple_choice": 10.0})
    run = make_run(state="running", progress={"seconds_left": 7})
    moving = [cell("running", 50, run=run), cell("queued", 0, run=run)]
    evaluation = make_evaluation([*moving, cell("queued", 0), cell("done", 100)])
    assert evaluation_summary(evaluation).seconds_left == pytest.approx(7 + 10)


@pytest.mark.parametrize(("fraction", "drawn"), [(0.25, " 25 %"), (None, " 50 %")])
def test_the_bar_of_a_terminal_shows_documents_or_else_cells(fraction, drawn):
    out = StringIO()
    bar = ProgressBar(OutputWrapper(out), live=True)
    assert bar.show(Summary(2, done=1, running=1, seconds_left=90.0, fraction=fraction)) is False
    assert drawn in out.getvalue()
    assert "1/2 cells, 1 min 30 s left" in out.getvalue()
