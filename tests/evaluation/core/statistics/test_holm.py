"""Many questions at once, beside statsmodels."""

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from evaluation.core import statistics

CLOSE = 1e-9


@pytest.mark.parametrize("count", [1, 2, 5, 28])
def test_holm_is_that_of_statsmodels(count) -> None:
    rng = np.random.default_rng(count)
    for power in (1, 4):
        values = [*(rng.random(count) ** power), *([0.0, 1.0, 0.01, 0.01] if count > 2 else [])]
        expected = multipletests(values, method="holm")[1]
        assert statistics.holm(values) == pytest.approx(list(expected), abs=CLOSE)


def test_holm_leaves_out_what_is_not_known() -> None:
    assert statistics.holm([None, 0.01, None, 0.04]) == [None, pytest.approx(0.02), None, pytest.approx(0.04)]
    assert statistics.holm([]) == []
