"""The scores of one card, arranged."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from evaluation.cardscores import arrange
from evaluation.extensions import card_scores
from evaluation.groups import LARGE
from evaluation.models import Benchmark, Score
from tests.factories import (
    make_benchmark,
    make_card,
    make_cell,
    make_checkpoint,
    make_imported,
    make_published,
    make_score,
    make_task,
)

pytestmark = pytest.mark.django_db
ACC = [{"metric": "acc", "filter_list": None, "weight_by_size": True}]


@pytest.fixture
def card():
    return make_card("Tree")


@pytest.fixture
def checkpoint(card):
    return make_checkpoint(card)


def reading():
    """A request of somebody who is not signed in."""
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    return request


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


def measured_group(checkpoint, tasks, shots=0, **fields):
    """A group of so many tasks, all of them measured."""
    names = [f"part_{number}" for number in range(tasks)]
    make_task("whole", kind="group", members=names, aggregates=ACC)
    for name in names:
        make_score(make_cell(checkpoint, make_task(name), state="done", num_fewshot=shots, **fields), "acc", 0.5)


def test_a_group_whose_tasks_are_all_measured_has_a_score_on_the_card(client, card, checkpoint):
    make_benchmark("whole_benchmark", name="The Whole", task_name="whole", chance=0.25)
    measured_group(checkpoint, 2)
    found = card_scores(reading(), card)
    [line] = [line for line in found.lines if line.group]
    assert (line.name, line.chance, line.group.parts, line.values[0].score.value) == ("The Whole", 0.25, 2, 0.5)
    assert [line.name for line in found.lines if not line.group] == ["part_0", "part_1"]
    assert (found.measured, found.count, found.parts) == (2, 2, [])
    assert 'href="/tasks/whole/"' in client.get("/models/tree/").content.decode()


def test_the_parts_of_a_large_group_stand_in_a_table_of_their_own_unless_they_are_benchmarks(client, card, checkpoint):
    make_benchmark("part_3")
    measured_group(checkpoint, LARGE)
    found = card_scores(reading(), card)
    assert [line.name for line in found.lines] == ["part_3", "whole"]
    assert len(found.parts) == LARGE - 1
    assert "Parts of groups" in client.get("/models/tree/").content.decode()


def test_a_group_lacks_a_score_while_a_part_is_missing_limited_or_imported(card, checkpoint):
    make_task("whole", kind="group", members=["a", "b"], aggregates=ACC)
    make_score(make_cell(checkpoint, make_task("a"), state="done"), "acc", 0.5)
    task = make_task("b")
    make_score(make_cell(checkpoint, task, state="done", settings={"limit": 5}), "acc", 0.5)
    make_imported(checkpoint, task)
    assert not any(value.parts for value in card_scores(reading(), card).values)


def test_a_limited_group_is_in_the_table_and_not_on_the_axis(card, checkpoint):
    measured_group(checkpoint, 2, shots=5, settings={"limit": 10})
    found = card_scores(reading(), card)
    [row] = [row for row in found.rows if row.group]
    assert (row.group.limit, row.group.run, found.lines) == (10, None, [])
