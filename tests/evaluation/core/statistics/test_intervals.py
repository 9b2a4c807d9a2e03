"""Intervals of one score, beside SciPy and statsmodels."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

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


def test_interval_of_answers_is_wilsons_and_of_other_values_students() -> None:
    rng = np.random.default_rng(8)
    answers, values = rng.integers(0, 2, 60), rng.normal(3, 2, 60)
    assert statistics.interval_of(answers) == statistics.wilson(int(answers.sum()), 60)
    assert statistics.interval_of(values) == statistics.mean_interval(values.mean(), stats.sem(values), 60)


def test_interval_of_values_in_clusters_has_the_wider_error_and_their_freedom() -> None:
    rng = np.random.default_rng(9)
    clusters = np.repeat(np.arange(20), 5)
    values = rng.normal(0, 1, 20)[clusters] + rng.normal(0, 0.3, 100)
    stderr = statistics.clustered_stderr(values, clusters)
    found = statistics.interval_of(values, clusters)
    assert found.high - values.mean() == pytest.approx(stderr * stats.t.ppf(0.975, 19), abs=CLOSE)


def test_interval_of_answers_in_clusters_is_wilsons_of_the_effective_number() -> None:
    clusters = np.repeat(np.arange(30), 4)
    answers = np.repeat(np.random.default_rng(10).integers(0, 2, 30), 4).astype(float)
    share, stderr = answers.mean(), statistics.clustered_stderr(answers, clusters)
    effect = stderr**2 / (share * (1 - share) / 119)
    effective = 120 / effect / (stats.t.ppf(0.975, 29) / stats.norm.ppf(0.975)) ** 2
    low, high = proportion_confint(share * effective, effective, method="wilson")
    found = statistics.interval_of(answers, clusters)
    assert (found.low, found.high) == pytest.approx((low, high), abs=CLOSE)
    assert found.high - found.low > 1.7 * (high_of(answers) - low_of(answers))


def high_of(answers) -> float:
    return statistics.interval_of(answers).high


def low_of(answers) -> float:
    return statistics.interval_of(answers).low


def test_all_right_in_clusters_counts_each_cluster_once() -> None:
    found = statistics.interval_of(np.ones(100), np.repeat(np.arange(10), 10))
    assert found.high == 1.0
    assert 0.5 < found.low < statistics.wilson(10, 10).low


@pytest.mark.parametrize("values", [[], [1.0], [1.0, float("nan")], [0.5, 0.5]])
def test_no_interval_of_values_that_tell_none(values) -> None:
    assert statistics.interval_of(values) is None


def test_one_cluster_tells_no_interval() -> None:
    assert statistics.interval_of([1.0, 0.0, 1.0], [7, 7, 7]) is None
