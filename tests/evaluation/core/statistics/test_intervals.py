"""Intervals and tests, beside SciPy and statsmodels."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar as reference_mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint, proportions_ztest

from evaluation.core import statistics

CLOSE = 1e-9


@pytest.mark.parametrize(
    ("k", "n"), [(0, 2), (2, 2), (1, 3), (150, 300), (299, 300), (300, 300), (0, 1000), (713, 1000)]
)
@pytest.mark.parametrize("level", [0.9, 0.95, 0.99])
def test_wilson_is_that_of_statsmodels(k, n, level) -> None:
    low, high = proportion_confint(k, n, alpha=1 - level, method="wilson")
    ours = statistics.wilson(k, n, level)
    assert (ours.low, ours.high) == pytest.approx((low, high), abs=CLOSE)


@pytest.mark.parametrize("n", [0, 1])
def test_none_or_one_document_is_not_known(n) -> None:
    assert statistics.wilson(n, n) is None
    assert statistics.mean_interval(0.5, 0.1, n) is None
    assert statistics.score_interval(1.0, 0.0, n) is None
    assert statistics.difference_of_proportions(n, n, 10, 20) is None
    assert statistics.difference_of_means(0.5, 0.1, n, 0.4, 0.1, 30) is None
    assert statistics.paired_difference([1.0] * n, [0.0] * n) is None


def test_no_standard_error_is_not_known() -> None:
    assert statistics.mean_interval(0.5, None, 300) is None
    assert statistics.mean_interval(0.5, float("nan"), 300) is None
    assert statistics.mean_interval(12.5, 0.0, 300) is None
    assert statistics.difference_of_means(0.5, None, 300, 0.4, 0.1, 300) is None
    assert statistics.difference_of_means(0.5, 0.0, 300, 0.4, 0.0, 300) is None


def test_interval_of_a_mean_is_students() -> None:
    data = np.random.default_rng(1).normal(3, 2, 40)
    found = statistics.mean_interval(data.mean(), stats.sem(data), 40)
    expected = stats.ttest_1samp(data, 0).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=CLOSE)


def test_interval_of_a_mean_without_a_count_is_the_normal_one() -> None:
    found = statistics.mean_interval(0.5, 0.1, None)
    assert (found.low, found.high) == pytest.approx(stats.norm.interval(0.95, 0.5, 0.1), abs=CLOSE)


def test_all_right_still_has_an_interval() -> None:
    found = statistics.score_interval(1.0, 0.0, 300)
    assert found.high == 1.0
    assert 0.98 < found.low < 1.0


def test_a_score_that_is_no_share_gets_students_interval() -> None:
    assert not statistics.is_proportion(0.512345, 0.01, 300)
    found = statistics.score_interval(0.512345, 0.01, 300)
    assert found.high - 0.512345 == pytest.approx(0.01 * stats.t.ppf(0.975, 299), abs=CLOSE)


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


@pytest.mark.parametrize(("b", "c"), [(0, 0), (5, 0), (3, 9), (20, 20), (7, 6), (100, 151)])
def test_mcnemar_is_the_exact_one(b, c) -> None:
    expected = reference_mcnemar([[10, b], [c, 10]], exact=True).pvalue
    assert statistics.mcnemar(b, c) == pytest.approx(min(1.0, expected), abs=CLOSE)


def test_paired_difference_of_right_and_wrong_answers() -> None:
    first, second = [1, 1, 1, 1, 0, 0, 1, 1, 1, 0], [1, 0, 0, 1, 0, 1, 0, 0, 0, 0]
    found = statistics.paired_difference(first, second)
    assert found.method == "paired-binary"
    assert found.value == pytest.approx(0.4)
    assert found.p == pytest.approx(stats.binomtest(1, 6, 0.5).pvalue, abs=CLOSE)
    # Bonett and Price: one added to each kind of disagreement, two to the documents.
    p12, p21 = 6 / 12, 2 / 12
    half = stats.norm.ppf(0.975) * math.sqrt((p12 + p21 - (p12 - p21) ** 2) / 12)
    assert found.interval.low == pytest.approx(p12 - p21 - half, abs=CLOSE)
    assert found.interval.high == pytest.approx(p12 - p21 + half, abs=CLOSE)


def test_agreeing_everywhere_is_no_difference_with_an_open_interval() -> None:
    found = statistics.paired_difference([1, 0, 1], [1, 0, 1])
    assert (found.value, found.p) == (0.0, 1.0)
    assert found.interval.low < 0 < found.interval.high


def test_paired_difference_of_other_values_is_students() -> None:
    rng = np.random.default_rng(3)
    a = rng.normal(0, 1, 25)
    b = a + rng.normal(0.2, 0.5, 25)
    found = statistics.paired_difference(list(a), list(b))
    expected = stats.ttest_rel(a, b)
    interval = expected.confidence_interval(0.95)
    assert found.method == "paired-permutation"
    assert found.p == statistics.sign_flip_p(a - b)
    assert (found.interval.low, found.interval.high) == pytest.approx((interval.low, interval.high), abs=CLOSE)


def test_a_constant_gap_between_other_values_is_not_known() -> None:
    assert statistics.paired_difference([1.5, 2.5, 3.5], [1.0, 2.0, 3.0]) is None


def test_pairs_need_the_same_documents() -> None:
    with pytest.raises(ValueError, match="3 and 2 documents"):
        statistics.paired_difference([1, 0, 1], [1, 0])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_holm_is_that_of_statsmodels(values) -> None:
    expected = multipletests(values, method="holm")[1]
    assert statistics.holm(values) == pytest.approx(list(expected), abs=CLOSE)


def test_holm_leaves_out_what_is_not_known() -> None:
    assert statistics.holm([None, 0.01, None, 0.04]) == [None, pytest.approx(0.02), None, pytest.approx(0.04)]
    assert statistics.holm([]) == []
