"""A verdict stands only where two scores mean the same and their uncertainty is known."""

import pytest

from evaluation.comparison.scores import Measured, Told
from evaluation.comparison.verdicts import Verdict, judge, settle
from evaluation.core.statistics import Difference, Interval, difference_of_scores


def measured(value: float, key: str = "k", **fields) -> Measured:
    values = {"stderr": 0.02, "n": 300, "metric": "acc", "filter": "none", "origin": "measured"}
    return Measured(value=value, comparable_key=key, higher_is_better=True, **{**values, **fields})


def by_scores(first: Measured, second: Measured) -> Difference | None:
    return difference_of_scores(first.value, first.stderr, first.n, second.value, second.stderr, second.n)


def test_equal_keys_with_known_uncertainty_are_judged() -> None:
    found = judge(measured(0.5), measured(0.9), by_scores)
    assert found.difference is not None
    assert found.difference.interval.low > 0


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
    found = judge(base, other, by_scores)
    assert (found.kind, found.sign) == ("unknown", "?")
    assert found.delta == pytest.approx(0.1)
    assert why in found.reason


def test_the_reason_names_two_kinds_of_scoring() -> None:
    base = measured(0.5, made_with={"scoring": "loglikelihood"})
    other = measured(0.6, key="o", made_with={"scoring": "pseudo-loglikelihood"})
    assert "pseudo-loglikelihood against loglikelihood" in judge(base, other, by_scores).reason


def test_the_reason_names_a_seed_and_a_version_that_differ() -> None:
    base = measured(0.5, settings={"seed": 1}, made_with={"task_version": "1"})
    other = measured(0.6, key="o", settings={"seed": 2}, made_with={"task_version": "2"})
    reason = judge(base, other, by_scores).reason
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
    raw = Verdict("same", value, "test.", Difference(value, Interval(value - 0.05, value + 0.05), 0.01, "two-means", 9))
    found = settle(raw, adjusted, higher, 3)
    assert found.kind == kind
    assert "after Holm for 3 questions" in found.reason
