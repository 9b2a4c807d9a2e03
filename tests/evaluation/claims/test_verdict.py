"""Votes become a verdict by the stated rule."""

import pytest
from scipy.stats import binomtest

from evaluation.claims.query import BETTER, CLEARLY
from evaluation.claims.verdict import decide, majority, sign_test, together


@pytest.mark.parametrize(
    ("votes", "verdict"),
    [
        ([1] * 4, "not enough data"),
        ([], "not enough data"),
        ([1, 1, 1, -1, -1], "supported"),
        ([1, 1, 1, 0, 0, -1], "mixed"),  # three of six is not more than half
        ([-1, -1, -1, 1, 1], "contradicted"),
        ([0] * 9, "mixed"),
        ([1] * 5 + [0] * 5 + [-1], "mixed"),
    ],
)
def test_more_than_half_of_all_benchmarks_decide_and_open_ones_count(votes, verdict):
    assert decide(votes, BETTER).verdict == verdict


def test_a_larger_share_may_be_asked_for_and_half_against_still_contradicts():
    assert decide([1] * 7 + [-1] * 3, BETTER, 0.75).verdict == "mixed"
    assert decide([1] * 8 + [-1] * 2, BETTER, 0.75).verdict == "supported"
    assert decide([1] * 4 + [-1] * 6, BETTER, 0.75).verdict == "contradicted"


def test_clearly_asks_for_the_sign_test_too():
    assert decide([1] * 5, CLEARLY).verdict == "mixed"  # p = 0.0625
    assert decide([1] * 6, CLEARLY).verdict == "supported"  # p = 0.03125
    assert decide([1] * 6 + [0] * 3, CLEARLY).verdict == "supported"
    assert decide([1] * 9 + [-1] * 3, CLEARLY).verdict == "mixed"


@pytest.mark.parametrize(("agree", "against"), [(9, 3), (1, 0), (6, 6), (40, 17)])
def test_the_sign_test_is_the_exact_binomial_test(agree, against):
    assert sign_test(agree, against) == pytest.approx(binomtest(agree, agree + against).pvalue, abs=1e-12)


def test_without_a_vote_there_is_neither_p_nor_share():
    decision = decide([], BETTER)
    assert (decision.p, decision.share, decision.interval) == (None, None, None)


def test_counts_and_the_interval_of_the_share_are_told():
    decision = decide([1] * 9 + [-1] * 2 + [0], BETTER)
    assert (decision.agree, decision.against, decision.open, decision.n) == (9, 2, 1, 12)
    assert decision.share == 0.75
    assert decision.interval.low == pytest.approx(0.4677, abs=1e-4)  # Wilson, 9 of 12
    assert decision.interval.high == pytest.approx(0.9111, abs=1e-4)


@pytest.mark.parametrize(
    ("verdicts", "verdict"),
    [
        (["supported", "supported"], "supported"),
        (["contradicted", "contradicted"], "contradicted"),
        (["supported", "contradicted"], "mixed"),
        (["supported", "mixed"], "mixed"),
        (["supported", "not enough data"], "not enough data"),
        ([], "not enough data"),
    ],
)
def test_a_sentence_about_several_stands_only_where_all_say_so(verdicts, verdict):
    assert together(verdicts) == verdict


def test_most_questions_decide_a_benchmark():
    assert [majority(votes) for votes in ([1, 1, -1], [1, -1], [0, -1], [])] == [1, 0, -1, 0]
