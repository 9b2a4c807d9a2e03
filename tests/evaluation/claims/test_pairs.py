"""What may be put side by side, what each question says, and the vote of a benchmark."""

from typing import Any

import pytest

from evaluation.claims.pairs import ALIKE, ONE_SOURCE, TWO_SOURCES, compared, how, vote_of
from evaluation.claims.query import BETTER, COMPETITIVE, PAR, ClaimQuery
from evaluation.claims.roots import Known, roots
from evaluation.core.statistics import Difference, Interval
from tests.evaluation.claims.standings import make_standing

QUERY = ClaimQuery(BETTER, "oak-1b", ("elm-1b",))


def elm(value, subject="quiz", **fields):
    return make_standing(value, subject, "Elm 1B", **fields)


def nothing_known(_first, _second):
    return None


def difference_of(low, high):
    return lambda first, second: Difference(first.value - second.value, Interval(low, high), 0.5, "two-means", 100)


def only_row(first, second, query=QUERY, test=nothing_known):
    [ballot] = compared([first], [second], query, test, {}).ballots
    [row] = ballot.rows
    return row


@pytest.mark.parametrize(
    ("first", "second", "ground"),
    [
        ({"key": "k"}, {"key": "k"}, ALIKE),
        ({"key": "k"}, {"key": "other"}, None),
        ({"key": "k"}, {"key": "k", "origin": "imported"}, ALIKE),
        ({"key": "k"}, {}, None),  # measured and published
        ({}, {}, ONE_SOURCE),
        ({}, {"source": "arXiv:2302.13971 Table 9"}, ONE_SOURCE),
        ({}, {"source": "arXiv:2009.03300 Table 1 (also arXiv:2302.13971 Table 9)"}, ONE_SOURCE),
        ({}, {"source": "arXiv:2005.14165 Table H.1"}, TWO_SOURCES),
        ({"higher_is_better": None}, {"higher_is_better": None}, None),
        ({"higher_is_better": False}, {}, None),
    ],
)
def test_only_what_was_measured_alike_or_printed_is_put_side_by_side(first, second, ground):
    assert how(make_standing(0.6, **first), elm(0.5, **second)) == ground


def test_printed_values_count_as_they_are():
    row = only_row(make_standing(0.6), elm(0.5))
    assert (row.vote, row.low, row.high, row.p) == (1, None, None, None)
    assert row.difference == pytest.approx(0.1)
    assert only_row(make_standing(0.5), elm(0.5)).vote == 0


def test_of_a_metric_that_is_better_when_lower_the_difference_turns():
    less: dict[str, Any] = {"metric": "perplexity", "higher_is_better": False}
    row = only_row(make_standing(9.0, **less), elm(11.0, **less))
    assert (row.difference, row.vote) == (2.0, 1)
    tested = only_row(make_standing(9.0, key="k", **less), elm(11.0, key="k", **less), test=difference_of(-3.0, -1.0))
    assert (tested.low, tested.high, tested.vote) == (1.0, 3.0, 1)


def test_a_measured_difference_that_may_be_noise_leaves_the_question_open():
    first, second = make_standing(0.6, key="k"), elm(0.58, key="k")
    assert only_row(first, second, test=difference_of(-0.05, 0.09)).vote == 0
    assert only_row(first, second, test=difference_of(0.001, 0.04)).vote == 1
    assert only_row(first, second, test=difference_of(-0.04, -0.001)).vote == -1


def test_a_measured_difference_of_which_nothing_is_known_is_open_too():
    assert only_row(make_standing(0.9, key="k"), elm(0.1, key="k")).vote == 0


@pytest.mark.parametrize(
    ("low", "high", "kind", "vote"),
    [
        (-0.02, -0.02, COMPETITIVE, 1),  # the margin itself is within
        (-0.021, -0.021, COMPETITIVE, -1),
        (0.3, 0.3, COMPETITIVE, 1),
        (-0.03, 0.01, COMPETITIVE, 0),
        (0.02, 0.02, PAR, 1),
        (0.03, 0.03, PAR, -1),
        (-0.01, 0.01, PAR, 1),
        (-0.01, 0.03, PAR, 0),
        (-0.05, -0.03, PAR, -1),
        (0.0, 0.0, BETTER, 0),
        (1e-6, 0.1, BETTER, 1),
    ],
)
def test_the_whole_interval_decides_against_the_margin(low, high, kind, vote):
    assert vote_of(low, high, kind, 0.02) == vote


def test_a_margin_of_accuracy_says_nothing_of_other_metrics():
    query = ClaimQuery(COMPETITIVE, "oak-1b", ("elm-1b",))
    bleu = {"metric": "bleu"}
    assert only_row(make_standing(30.0, **bleu), elm(10.0, **bleu), query).vote == 0


def test_one_paper_goes_before_two_and_what_was_measured_alike_before_both():
    first = [make_standing(0.6), make_standing(0.4, source="arXiv:2005.14165 Table H.1"), make_standing(0.7, key="k")]
    second = [elm(0.5), elm(0.8, key="k")]
    [ballot] = compared(first, second, QUERY, difference_of(-0.2, -0.05), {}).ballots
    assert [row.how for row in ballot.rows] == [ALIKE]
    [ballot] = compared(first[:2], second[:1], QUERY, nothing_known, {}).ballots
    assert [(row.how, row.first.value) for row in ballot.rows] == [(ONE_SOURCE, 0.6)]


def test_sources_that_disagree_leave_a_question_open():
    first = [make_standing(0.6, source="a paper"), make_standing(0.4, source="another")]
    [ballot] = compared(first, [elm(0.5, source="a third")], QUERY, nothing_known, {}).ballots
    assert ballot.vote == 0
    assert {row.vote for row in ballot.rows} == {1, -1}


def test_a_benchmark_with_many_questions_has_one_vote():
    first = [make_standing(0.6, "mmlu"), *(make_standing(0.1, "mmlu", num_fewshot=shots) for shots in (1, 5))]
    second = [elm(0.5, "mmlu"), *(elm(0.5, "mmlu", num_fewshot=shots) for shots in (1, 5))]
    [ballot] = compared(first, second, QUERY, nothing_known, {}).ballots
    assert (ballot.vote, len(ballot.rows)) == (-1, 3)


def test_parts_and_variants_vote_with_their_benchmark():
    papers = {"mmlu": "2009", "mmlu_stem": "2009", "arc": "1803", "arc_easy": "1803", "truthfulqa_mc1": "2109"}
    catalog = {slug: Known(slug, citation) for slug, citation in papers.items()}
    catalog |= {"sum": Known("Sums"), "sum_long": Known("Long sums")}
    told = {
        "mmlu_stem": "mmlu",
        "mmlu_abstract_algebra": "mmlu",  # a task that the catalog does not know
        "arc_easy": "arc",
        "truthfulqa_mc1": "truthfulqa_mc1",
        "sum_long": "sum_long",  # nobody says that both are from one paper
        "sum_long_generated": "sum_long",
        "hendrycksTest-anatomy": "hendrycksTest",
        "maze": "maze",
    }
    assert roots(told, catalog) == told


def test_questions_that_only_one_answered_or_answered_otherwise_are_left_out():
    found = compared(
        [make_standing(0.6), make_standing(0.6, "essay"), make_standing(0.6, "maze", key="k")],
        [elm(0.5), elm(0.5, num_fewshot=5), elm(0.5, "maze")],
        QUERY,
        nothing_known,
        {},
    )
    assert [ballot.subject for ballot in found.ballots] == ["quiz"]
    assert found.barred == 1  # the maze: measured against published
