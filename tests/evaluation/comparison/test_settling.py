"""What is tested together, and what follows for ranks: letters, ranges, the best of a row."""

import math

import pytest

from evaluation.comparison import reading
from evaluation.comparison.choice import CompareChoice
from evaluation.comparison.reading import compare
from evaluation.models import Score
from tests.evaluation.comparison.rows import make_measured
from tests.factories import make_benchmark, make_card, make_cell, make_checkpoint, make_score, make_task

pytestmark = pytest.mark.django_db
BAD, MIDDLE, GOOD = ([1.0] * n + [0.0] * (200 - n) for n in (60, 110, 160))


def found(reader, *models: str, **choice):
    return compare(reader, CompareChoice(models=models, **choice))


@pytest.fixture
def three(stranger):
    task = make_task("quiz")
    for name, right in (("Oak", BAD), ("Elm", GOOD), ("Ash", [*GOOD[1:], 1.0])):
        make_measured(make_card(name), task, right)
    return found(stranger, "oak", "elm", "ash")


def test_all_pairs_of_a_row_are_tested_and_corrected_together(three) -> None:
    [row] = three.rows
    assert {pair for pair in row.pairs if pair[0] < pair[1]} == {(0, 1), (0, 2), (1, 2)}
    assert {pair.questions for pair in row.pairs.values()} == {3}
    raw, corrected = row.pairs[0, 1].difference.p, row.pairs[0, 1].p_adjusted
    assert raw < corrected <= 3 * raw
    assert row.pairs[1, 0].difference.value == -row.pairs[0, 1].difference.value


def test_models_that_cannot_be_told_apart_share_a_letter_and_ranks(three) -> None:
    oak, elm, ash = three.rows[0].cells
    assert (oak.letters, elm.letters, ash.letters) == ("b", "a", "a")
    assert (oak.ranks, elm.ranks, ash.ranks) == ((3, 3), (1, 2), (1, 2))


def test_only_the_shots_that_are_shown_are_corrected_for(stranger) -> None:
    task, oak, elm = make_task("quiz"), make_card("Oak"), make_card("Elm")
    for shots in (0, 5):
        make_measured(oak, task, BAD, shots=shots)
        make_measured(elm, task, GOOD, shots=shots)
    both = found(stranger, "oak", "elm").rows
    assert {pair.questions for row in both for pair in row.pairs.values()} == {2}
    [five] = found(stranger, "oak", "elm", shots=5).rows
    assert {pair.questions for pair in five.pairs.values()} == {1}


def test_the_baseline_may_be_the_best_of_each_row(stranger) -> None:
    oak, elm = make_card("Oak"), make_card("Elm")
    for name, rights in (("first", (BAD, GOOD)), ("second", (GOOD, BAD))):
        task = make_task(name)
        for card, right in zip((oak, elm), rights, strict=True):
            make_measured(card, task, right)
    first, second = found(stranger, "oak", "elm", baseline="best").rows
    assert (first.anchor, second.anchor) == (1, 0)
    assert (first.cells[0].verdict.kind, first.cells[1].verdict) == ("worse", None)


def test_of_a_metric_that_should_be_low_the_lowest_is_the_best(stranger) -> None:
    task = make_task("loss")
    for name, value in (("Oak", 2.0), ("Elm", 5.0)):
        cell = make_cell(make_checkpoint(make_card(name)), task, "done")
        make_score(cell, "word_perplexity", value, stderr=0.01, higher_is_better=False)
    [row] = found(stranger, "oak", "elm", baseline="best").rows
    assert row.anchor == 0
    assert (row.cells[1].verdict.kind, row.cells[1].verdict.delta) == ("worse", 3.0)
    assert [cell.letters for cell in row.cells] == ["a", "b"]


def test_a_limited_run_has_neither_letter_nor_rank(stranger) -> None:
    task = make_task("quiz")
    make_measured(make_card("Oak"), task, BAD)
    make_measured(make_card("Elm"), task, GOOD)
    make_measured(make_card("Ash"), task, GOOD[:50], settings={"limit": 50})
    [row] = found(stranger, "oak", "elm", "ash").rows
    assert [cell.letters for cell in row.cells] == ["b", "a", ""]
    assert row.cells[2].ranks is None
    assert not any(2 in pair for pair in row.pairs)


def test_models_of_another_key_are_not_ranked_among_the_rest(stranger) -> None:
    task = make_task("quiz")
    for name, right, key in (("Oak", BAD, "a"), ("Elm", GOOD, "a"), ("Ash", GOOD, "b"), ("Yew", BAD, "b")):
        make_measured(make_card(name), task, right, key=key)
    [row] = found(stranger, "oak", "elm", "ash", "yew").rows
    assert [cell.letters for cell in row.cells] == ["b", "a", "", ""]
    assert {pair for pair in row.pairs if pair[0] < pair[1]} == {(0, 1), (2, 3)}


def test_models_that_share_some_documents_are_paired_on_these(stranger) -> None:
    task = make_task("quiz")
    for name, right in (("Oak", BAD), ("Elm", GOOD), ("Ash", GOOD[:150])):
        make_measured(make_card(name), task, right)
    [row] = found(stranger, "oak", "elm", "ash").rows
    assert row.pairs[0, 1].difference.n == 200
    assert (row.pairs[0, 2].difference.method, row.pairs[0, 2].difference.n) == ("paired-binary", 150)


def test_models_that_share_no_document_are_tested_as_independent(stranger) -> None:
    task = make_task("quiz")
    make_measured(make_card("Oak"), task, BAD)
    make_measured(make_card("Elm"), task, GOOD, first=1000)
    [row] = found(stranger, "oak", "elm").rows
    assert row.pairs[0, 1].difference.method == "two-proportions"
    assert "no shared ones to pair" in row.cells[1].verdict.reason


def test_a_value_that_is_no_number_is_left_out(stranger) -> None:
    task = make_task("quiz")
    score = make_measured(make_card("Oak"), task, BAD)
    make_measured(make_card("Elm"), task, GOOD)
    Score.objects.filter(pk=score.pk).update(value=math.inf)
    [row] = found(stranger, "oak", "elm", every_row=True).rows
    assert row.cells[0].shown is None


def test_one_document_settles_nothing(stranger) -> None:
    task = make_task("quiz")
    make_measured(make_card("Oak"), task, [1.0])
    make_measured(make_card("Elm"), task, [0.0])
    [row] = found(stranger, "oak", "elm").rows
    assert row.pairs == {}
    assert row.cells[1].verdict.kind == "unknown"
    assert row.cells[1].interval is None


def test_of_many_tasks_only_benchmarks_are_shown_unasked(stranger, client, monkeypatch) -> None:
    monkeypatch.setattr(reading, "MANY", 2)
    cards = make_card("Oak"), make_card("Elm")
    make_benchmark("known")
    for name in ("known", "first", "second"):
        task = make_task(name)
        for card in cards:
            make_measured(card, task, GOOD, samples=False)
    few = found(stranger, "oak", "elm")
    assert [row.key.subject for row in few.rows] == ["known"]
    assert few.further == 2
    assert {pair.questions for pair in few.rows[0].pairs.values()} == {1}
    assert "Show 2 more rows" in client.get("/compare/?models=oak,elm").content.decode()
    assert len(found(stranger, "oak", "elm", every_row=True).rows) == 3


def test_a_share_with_its_error_alone_tells_its_documents(stranger) -> None:
    task = make_task("quiz")
    for name, right in (("Oak", BAD), ("Elm", GOOD)):
        make_measured(make_card(name), task, right, samples=False)
    Score.objects.update(n=None)
    [row] = found(stranger, "oak", "elm").rows
    assert row.cells[0].measured.n == 200
    assert (row.pairs[0, 1].difference.method, row.cells[1].verdict.kind) == ("two-proportions", "better")
