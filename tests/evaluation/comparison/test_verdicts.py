"""A verdict stands only where two scores mean the same and their uncertainty is known."""

import pytest

from evaluation.comparison.scores import Measured, Told
from evaluation.comparison.verdicts import Pair, judge
from evaluation.core.statistics import Difference, Interval, difference_of_scores


def measured(value: float, key: str = "k", **fields) -> Measured:
    values = {"stderr": 0.02, "n": 300, "metric": "acc", "filter": "none", "origin": "measured"}
    return Measured(value=value, comparable_key=key, higher_is_better=True, **{**values, **fields})


def pair(value: float, adjusted: float, **fields) -> Pair:
    difference = Difference(value, Interval(value - 0.05, value + 0.05), 0.01, "two-means", 9, **fields)
    return Pair(difference, adjusted, 3)


def test_equal_keys_with_known_uncertainty_are_judged() -> None:
    tested = difference_of_scores(0.9, 0.02, 300, 0.5, 0.02, 300)
    found = judge(measured(0.5), measured(0.9), Pair(tested, tested.p, 1), True)
    assert (found.kind, found.sign) == ("better", "▲")
    assert found.delta == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("base", "other", "why"),
    [
        (Told(0.5, "paper", ""), Told(0.6, "paper", ""), "Both values are published"),
        (measured(0.5), Told(0.6, "paper", ""), "One value is measured and the other published"),
        (measured(0.5), measured(0.6, settings={"limit": 10}), "Limited"),
        (measured(0.5, settings={"limit": 10}), measured(0.6), "Limited"),
        (measured(0.5), measured(0.6, key="other"), "Not comparable"),
        (measured(0.5, key=""), measured(0.6, key=""), "not known how"),
        (measured(0.5), measured(0.6, stderr=None), "uncertainty"),
        (measured(0.5, n=1), measured(0.6, n=1), "uncertainty"),
    ],
)
def test_others_are_not_known_and_say_why(base, other, why) -> None:
    found = judge(base, other, None, True)
    assert (found.kind, found.sign) == ("unknown", "?")
    assert found.delta == pytest.approx(0.1)
    assert why in found.reason


def test_the_reason_names_two_kinds_of_scoring() -> None:
    base = measured(0.5, made_with={"scoring": "loglikelihood"})
    other = measured(0.6, key="o", made_with={"scoring": "pseudo-loglikelihood"})
    assert "pseudo-loglikelihood against loglikelihood" in judge(base, other, None, True).reason


def test_the_reason_names_a_seed_and_a_version_that_differ() -> None:
    base = measured(0.5, settings={"seed": 1}, made_with={"task_version": "1"})
    other = measured(0.6, key="o", settings={"seed": 2}, made_with={"task_version": "2"})
    reason = judge(base, other, None, True).reason
    assert "seed of the shots" in reason
    assert "version of the task" in reason


@pytest.mark.parametrize(
    ("value", "adjusted", "higher", "kind"),
    [
        (0.1, 0.01, True, "better"),
        (-0.1, 0.01, True, "worse"),
        (0.1, 0.01, False, "worse"),
        (-0.1, 0.01, False, "better"),
        (0.1, 0.05, True, "same"),
        (0.1, 0.4, True, "same"),
        (0.0, 0.0, True, "same"),
    ],
)
def test_better_and_worse_mean_below_five_percent_after_holm(value, adjusted, higher, kind) -> None:
    found = judge(measured(0.5), measured(0.5 + value), pair(value, adjusted), higher)
    assert found.kind == kind
    assert "after Holm for 3 questions" in found.reason


def test_the_reason_tells_agreement_and_what_could_have_been_seen() -> None:
    told = {"agreement": 0.82, "detectable": 0.031}
    undecided = judge(measured(0.5), measured(0.51), pair(0.01, 0.4, **told), True).reason
    assert "They agree on 82 % of the documents." in undecided
    assert "would show four times in five: 0.031" in undecided
    assert "would show" not in judge(measured(0.5), measured(0.9), pair(0.4, 0.01, **told), True).reason


def test_what_bars_nothing_is_noted() -> None:
    base = measured(0.5, settings={"dtype": "float32"}, made_with={"versions": {"torch": "2.1"}})
    other = measured(0.6, settings={"dtype": "float16"}, made_with={"versions": {"torch": "2.1"}})
    found = judge(base, other, pair(0.1, 0.01), True)
    assert found.kind == "better"
    assert "Differs too, without barring this: dtype (float16; float32)." in found.reason
