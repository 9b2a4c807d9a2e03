"""Scores of independent documents, beside SciPy and statsmodels."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest

from evaluation.core import statistics

CLOSE = 1e-9


@pytest.mark.parametrize(
    ("k1", "n1", "k2", "n2"), [(150, 300, 120, 300), (0, 20, 3, 25), (30, 30, 30, 30), (1, 2, 0, 2)]
)
def test_difference_of_shares_is_that_of_statsmodels(k1, n1, k2, n2) -> None:
    found = statistics.difference_of_proportions(k1, n1, k2, n2)
    low, high = confint_proportions_2indep(k1, n1, k2, n2, compare="diff", method="newcomb")
    assert (found.interval.low, found.interval.high) == pytest.approx((low, high), abs=CLOSE)
    if (k1, n1) != (k2, n2):
        assert found.p == pytest.approx(proportions_ztest([k1, k2], [n1, n2])[1], abs=CLOSE)


def test_two_equal_full_scores_do_not_differ() -> None:
    found = statistics.difference_of_proportions(30, 30, 30, 30)
    assert found.p == 1.0
    assert found.interval.low < 0 < found.interval.high


def test_difference_of_means_is_welchs() -> None:
    rng = np.random.default_rng(2)
    a, b = rng.normal(0, 1, 30), rng.normal(0.4, 3, 50)
    found = statistics.difference_of_means(a.mean(), stats.sem(a), 30, b.mean(), stats.sem(b), 50)
    expected = stats.ttest_ind(a, b, equal_var=False)
    interval = expected.confidence_interval(0.95)
    assert found.p == pytest.approx(expected.pvalue, abs=CLOSE)
    assert (found.interval.low, found.interval.high) == pytest.approx((interval.low, interval.high), abs=CLOSE)
