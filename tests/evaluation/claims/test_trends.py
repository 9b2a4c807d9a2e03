"""Scores and gains along the sizes of a series."""

import pytest
from scipy.stats import kendalltau

from evaluation.claims.query import GAINS, LARGER, ClaimQuery
from evaluation.claims.trends import concordance, trend_ballots
from tests.evaluation.claims.standings import make_standing

SIZES = {"1B": 10**9, "2B": 2 * 10**9, "4B": 4 * 10**9, "8B": 8 * 10**9}
LARGER_QUERY, GAIN_QUERY = ClaimQuery(LARGER), ClaimQuery(GAINS)


def series(values, subject="quiz", name="Oak", **fields):
    """A standing for each size, the smallest first."""
    return [
        make_standing(value, subject, f"{name} {size}", parameters=parameters, **fields)
        for value, (size, parameters) in zip(values, SIZES.items(), strict=False)
    ]


def test_sizes_of_one_name_make_a_trend_in_the_order_of_size():
    rows = series([0.3, 0.4, 0.35, 0.6])
    [ballot] = trend_ballots(reversed(rows), LARGER_QUERY, {})
    [trend] = ballot.rows
    assert [point.value for point in trend.points] == [0.3, 0.4, 0.35, 0.6]
    assert (ballot.series, ballot.vote, trend.rising, trend.falling) == ("Oak", 1, 5, 1)
    assert trend.tau == pytest.approx(kendalltau(range(4), [0.3, 0.4, 0.35, 0.6]).statistic)


def test_falling_is_against_and_as_many_rises_as_falls_are_open():
    assert [one.vote for one in trend_ballots(series([0.6, 0.5, 0.4]), LARGER_QUERY, {})] == [-1]
    assert [one.vote for one in trend_ballots(series([0.5, 0.5, 0.5]), LARGER_QUERY, {})] == [0]


def test_of_a_metric_that_is_better_when_lower_falling_is_for():
    rows = series([30.0, 20.0, 10.0], metric="perplexity", higher_is_better=False)
    [ballot] = trend_ballots(rows, LARGER_QUERY, {})
    assert (ballot.vote, ballot.rows[0].tau) == (1, 1.0)
    assert concordance([1.0, 2.0, 3.0], higher_is_better=False) == (0, 3)


def test_two_sizes_other_papers_and_unknown_sizes_make_none():
    assert not trend_ballots(series([0.1, 0.2]), LARGER_QUERY, {})
    apart = [*series([0.1, 0.2]), *series([0.1, 0.2, 0.3], source="arXiv:2005.14165 Table H.1")[2:]]
    assert not trend_ballots(apart, LARGER_QUERY, {})
    assert not trend_ballots(
        [make_standing(0.1, name=f"Oak {n}B", parameters=None) for n in range(5)], LARGER_QUERY, {}
    )


def test_tables_of_one_paper_join():
    rows = series([0.1, 0.2, 0.3])
    other = series([0.1, 0.2, 0.3, 0.4], source="arXiv:2302.13971 Table 9")[3:]
    [ballot] = trend_ballots([*rows, *other], LARGER_QUERY, {})
    assert len(ballot.rows[0].points) == 4


def test_measured_sizes_must_have_been_measured_alike():
    assert len(trend_ballots(series([0.1, 0.2, 0.3], key="k"), LARGER_QUERY, {})) == 1
    other = [*series([0.1, 0.2], key="k"), *series([0.1, 0.2, 0.3], key="other")[2:]]
    assert not trend_ballots(other, LARGER_QUERY, {})


def test_only_the_named_series_count_and_names_are_whole():
    rows = [*series([0.1, 0.2, 0.3]), *series([0.3, 0.2, 0.1], name="Oak Mini")]
    assert [one.series for one in trend_ballots(rows, ClaimQuery(LARGER, series=("oak",)), {})] == ["Oak"]


def test_a_gain_is_what_most_examples_add_to_none():
    plain, few = series([0.30, 0.30, 0.30]), series([0.31, 0.35, 0.45], num_fewshot=32)
    one = series([0.9, 0.1, 0.1], num_fewshot=1)
    [ballot] = trend_ballots([*plain, *one, *few], GAIN_QUERY, {})
    [trend] = ballot.rows
    assert [point.value for point in trend.points] == pytest.approx([0.01, 0.05, 0.15])
    assert (trend.standing.num_fewshot, ballot.vote) == (32, 1)


def test_without_a_score_at_no_shots_there_is_no_gain():
    assert not trend_ballots(series([0.3, 0.4, 0.5], num_fewshot=5), GAIN_QUERY, {})
    assert not trend_ballots(series([0.3, 0.4, 0.5]), GAIN_QUERY, {})


def test_shots_of_one_benchmark_vote_together_in_each_series():
    rows = [
        *series([0.1, 0.2, 0.3]),
        *series([0.1, 0.2, 0.3], num_fewshot=1),
        *series([0.3, 0.2, 0.1], num_fewshot=5),
        *series([0.3, 0.2, 0.1], name="Elm"),
    ]
    assert [(one.series, one.vote, len(one.rows)) for one in trend_ballots(rows, LARGER_QUERY, {})] == [
        ("Elm", -1, 1),
        ("Oak", 1, 3),
    ]
