"""Scores of the same documents, beside SciPy and statsmodels."""

import math

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar as reference_mcnemar

from evaluation.core import statistics

CLOSE = 1e-9


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


@pytest.mark.parametrize(("b", "c"), [(0, 0), (5, 0), (3, 9), (20, 20), (7, 6), (100, 151)])
def test_mid_p_counts_what_was_seen_by_half(b, c) -> None:
    expected = stats.binomtest(b, b + c).pvalue - stats.binom.pmf(b, b + c, 0.5) if b + c else 1.0
    assert statistics.mcnemar(b, c, mid_p=True) == pytest.approx(expected, abs=CLOSE)


def test_pairs_tell_their_disagreements_and_agreement() -> None:
    found = statistics.paired_difference([1, 1, 1, 0, 0], [1, 0, 0, 1, 0])
    assert (found.only_first, found.only_second) == (2, 1)
    assert found.agreement == pytest.approx(0.4)
    found = statistics.paired_difference([0.1, 0.5, 0.9, 0.4], [0.1, 0.2, 0.3, 0.7])
    assert (found.only_first, found.only_second) == (2, 1)
    assert found.agreement == pytest.approx(0.25)


def test_clusters_are_flipped_whole_and_widen_the_interval() -> None:
    rng = np.random.default_rng(5)
    clusters = np.repeat(np.arange(12), 10)
    first = rng.integers(0, 2, 12)[clusters] * (rng.random(120) < 0.9)
    second = rng.integers(0, 2, 12)[clusters] * (rng.random(120) < 0.9)
    plain, found = (
        statistics.paired_difference(first, second),
        statistics.paired_difference(first, second, clusters=clusters),
    )
    sums = np.bincount(clusters, weights=(first - second).astype(float))
    assert (found.method, found.n) == ("paired-clustered", 120)
    assert found.value == pytest.approx(plain.value)
    assert found.p == statistics.sign_flip_p(sums)
    reach = statistics.clustered_stderr(first - second, clusters) * stats.t.ppf(0.975, 11)
    assert (found.interval.low, found.interval.high) == pytest.approx((plain.value - reach, plain.value + reach))
    assert found.interval.high - found.interval.low > 1.5 * (plain.interval.high - plain.interval.low)


def test_clusters_of_one_document_are_the_plain_test() -> None:
    rng = np.random.default_rng(6)
    a, b = rng.normal(0.2, 1, 50), rng.normal(0, 1, 50)
    plain, found = statistics.paired_difference(a, b), statistics.paired_difference(a, b, clusters=np.arange(50))
    assert found.p == pytest.approx(plain.p, abs=CLOSE)
    assert found.interval.low == pytest.approx(plain.interval.low, abs=CLOSE)


def test_one_cluster_is_not_known() -> None:
    assert statistics.paired_difference([1, 0, 1], [0, 0, 1], clusters=[3, 3, 3]) is None


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_value_that_is_no_number_has_no_difference(bad) -> None:
    assert statistics.paired_difference([1.0, bad, 0.0], [0.0, 1.0, 0.0]) is None


def test_rounding_is_no_spread() -> None:
    assert statistics.paired_difference([0.3, 1.3, 2.3], [0.1, 1.1, 2.1]) is None


def test_differences_too_large_for_a_number_are_not_known() -> None:
    with np.errstate(over="ignore", invalid="ignore"):
        assert statistics.paired_difference([1e308, -1e308, 0.0], [-1e308, 1e308, 0.0]) is None
