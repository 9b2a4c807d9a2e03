"""Standard errors over clusters, beside statsmodels."""

import numpy as np
import pytest
import statsmodels.api as sm

from evaluation.core import statistics


def data() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(4)
    clusters = rng.integers(0, 25, 200)
    return rng.normal(0, 1, 25)[clusters] + rng.normal(0, 1, 200), clusters


def test_it_is_that_of_a_regression_on_a_constant() -> None:
    values, clusters = data()
    fitted = sm.OLS(values, np.ones(200)).fit(cov_type="cluster", cov_kwds={"groups": clusters})
    assert statistics.clustered_stderr(values, clusters) == pytest.approx(float(fitted.bse[0]), abs=1e-9)


def test_clusters_of_one_document_give_the_ordinary_error() -> None:
    values, _clusters = data()
    expected = values.std(ddof=1) / np.sqrt(200)
    assert statistics.clustered_stderr(values, np.arange(200)) == pytest.approx(expected, abs=1e-12)


def test_labels_need_no_order_and_may_be_words() -> None:
    words = statistics.clustered_stderr([1, 2, 3, 9], ["b", "a", "b", "c"])
    assert words == pytest.approx(statistics.clustered_stderr([2, 1, 3, 9], [0, 1, 1, 2]), abs=1e-12)


def test_one_cluster_or_one_document_or_nan_is_not_known() -> None:
    assert statistics.clustered_stderr([1.0, 2.0, 3.0], [5, 5, 5]) is None
    assert statistics.clustered_stderr([1.0], [5]) is None
    assert statistics.clustered_stderr([1.0, float("nan")], [1, 2]) is None


def test_each_document_needs_a_label() -> None:
    with pytest.raises(ValueError, match="2 labels of clusters for 3 documents"):
        statistics.clustered_stderr([1.0, 2.0, 3.0], [1, 2])
