"""Verdicts, counts and rules in words."""

import pytest

from evaluation.claims.query import KINDS, ClaimQuery
from evaluation.claims.verdict import decide
from evaluation.claims.wording import certainty, counted, rule


@pytest.mark.parametrize(
    ("votes", "said"),
    [
        ([], "no benchmark on which both have scores that may be put side by side"),
        ([1], "1 of 1 benchmark speaks for it, 0 against it"),
        ([1, 1, -1], "2 of 3 benchmarks speak for it, 1 against it"),
        ([1, 0, -1], "1 of 3 benchmarks speak for it, 1 against it, 1 neither"),
    ],
)
def test_counts_are_said_in_full(votes, said):
    assert counted(decide(votes, "better")) == said


def test_how_far_a_count_reaches_is_said_where_it_is_known():
    assert certainty(decide([], "better")) == ""
    assert certainty(decide([0, 0], "better")) == ""
    assert certainty(decide([1] * 9 + [-1] * 3, "better")).startswith("A fair coin falls as unevenly in 15 % of cases")
    assert "in less than 1 % of cases" in certainty(decide([1] * 20, "better"))


@pytest.mark.parametrize("kind", KINDS)
def test_the_rule_of_each_kind_states_vote_ground_and_share(kind):
    told = " ".join(rule(ClaimQuery(kind, "oak", ("elm",), share=0.75)))
    assert "more than 75 % of the benchmarks" in told
    assert "fewer than 5 benchmarks" in told
    assert "%(" not in told


def test_what_a_kind_asks_beside_is_in_its_rule():
    assert "p below 0.05" in " ".join(rule(ClaimQuery("clearly", "oak", ("elm",))))
    assert "against each of the models" in " ".join(rule(ClaimQuery("competitive", "oak", ("elm", "ash"))))
    assert "at most 0.05 behind" in " ".join(rule(ClaimQuery("competitive", "oak", ("elm",), margin=0.05)))
