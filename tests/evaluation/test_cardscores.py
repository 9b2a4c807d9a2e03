"""The scores of one card, arranged."""

import pytest

from evaluation.cardscores import arrange
from evaluation.models import Benchmark, Score
from tests.factories import (
    make_benchmark,
    make_card,
    make_cell,
    make_checkpoint,
    make_published,
    make_score,
    make_task,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def card():
    return make_card("Tree")


@pytest.fixture
def checkpoint(card):
    return make_checkpoint(card)


def arranged(card):
    scores = Score.objects.filter(card=card).order_by("pk").select_related("cell__task", "benchmark")
    return arrange(scores, Benchmark.objects.all())


def test_two_sources_of_one_key_share_a_line_and_keep_their_marks(card):
    benchmark = make_benchmark("piqa", chance=0.5)
    make_published(card, benchmark, 0.798)
    make_published(card, benchmark, 0.78, source="a re-run")
    scores = arranged(card)
    [line] = scores.lines
    assert [(value.score.value, value.mark) for value in line.values] == [(0.798, 1), (0.78, 2)]
    assert scores.sources == ["arXiv:2302.13971 Table 3", "a re-run"]
    assert line.chance == 0.5
    assert scores.rows == []


def test_a_measured_score_joins_its_benchmark_by_the_task(card, checkpoint):
    benchmark = make_benchmark("race_h", name="RACE-high", task_name="race")
    make_published(card, benchmark, 0.4)
    make_score(make_cell(checkpoint, make_task("race"), state="done"), "acc", 0.45)
    [line] = arranged(card).lines
    assert line.name == "RACE-high"
    assert [value.measured for value in line.values] == [False, True]


def test_measured_and_published_have_rows_of_their_own(card, checkpoint):
    make_published(card, make_benchmark("piqa"), 0.8, num_fewshot=5)
    make_score(make_cell(checkpoint, make_task("piqa"), state="done", num_fewshot=5), "acc", 0.7)
    assert [(row.measured, [v.score.value for v in row.cells[0]]) for row in arranged(card).rows] == [
        (True, [0.7]),
        (False, [0.8]),
    ]


def test_only_the_newest_generation_of_a_cell_counts(card, checkpoint):
    task = make_task("piqa")
    make_score(make_cell(checkpoint, task, state="done"), "acc", 0.6)
    make_score(make_cell(checkpoint, task, state="done", generation=1), "acc", 0.7)
    assert [value.score.value for value in arranged(card).values] == [0.7]


def test_a_limited_measurement_is_marked_and_not_on_the_axis(card, checkpoint):
    make_score(make_cell(checkpoint, make_task("piqa"), state="done", settings={"limit": 10}), "acc", 0.9)
    scores = arranged(card)
    assert scores.lines == []
    assert scores.rows[0].cells[0][0].limit == 10


def test_the_whole_task_comes_before_a_part_of_it(card, checkpoint):
    task = make_task("piqa")
    make_score(make_cell(checkpoint, task, state="done", settings={"limit": 10}), "acc", 0.9)
    make_score(make_cell(checkpoint, task, state="done"), "acc", 0.7)
    assert [value.limit for value in arranged(card).rows[0].cells[0]] == [None, 10]


def test_what_is_no_fraction_is_in_the_table_only(card, checkpoint):
    make_score(make_cell(checkpoint, make_task("wikitext"), state="done"), "pseudo_perplexity", 12.3, stderr=None)
    scores = arranged(card)
    assert scores.lines == []
    assert scores.rows[0].metric == "pseudo_perplexity"


def test_the_interval_stays_on_the_axis(card, checkpoint):
    make_score(make_cell(checkpoint, make_task("piqa"), state="done"), "acc", 0.99, stderr=0.02)
    [value] = arranged(card).values
    assert value.high == 1.0
    assert value.low == pytest.approx(0.99 - 1.96 * 0.02)


def test_no_scores_give_nothing(card):
    scores = arranged(card)
    assert (scores.lines, scores.rows, scores.values, scores.measured) == ([], [], [], 0)
