"""Lines of least squares, beside SciPy and statsmodels."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from evaluation.core.statistics import fit_line


def points(n=12) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(n)
    x = rng.uniform(8, 11.5, n)
    return x, 0.1 * x - 0.4 + rng.normal(0, 0.03, n)


@pytest.mark.parametrize("n", [3, 12, 100])
def test_the_line_is_scipys(n) -> None:
    x, y = points(n)
    found, expected = fit_line(x, y), stats.linregress(x, y)
    assert (found.slope, found.intercept) == pytest.approx((expected.slope, expected.intercept), abs=1e-9)
    assert found.n == n
    assert found.r2 == pytest.approx(expected.rvalue**2, abs=1e-9)


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_the_band_is_statsmodels_interval_of_the_mean(level) -> None:
    x, y = points()
    at = np.linspace(7, 13, 9)
    centre, low, high = fit_line(x, y, level).band(at)
    expected = sm.OLS(y, sm.add_constant(x)).fit().get_prediction(sm.add_constant(at)).summary_frame(alpha=1 - level)
    assert centre == pytest.approx(expected["mean"].to_numpy(), abs=1e-9)
    assert low == pytest.approx(expected["mean_ci_lower"].to_numpy(), abs=1e-9)
    assert high == pytest.approx(expected["mean_ci_upper"].to_numpy(), abs=1e-9)


def test_two_points_or_one_place_tell_no_line() -> None:
    assert fit_line([], []) is None
    assert fit_line([1, 2], [3, 4]) is None
    assert fit_line([5, 5, 5], [1, 2, 3]) is None
    assert fit_line([1, 2, float("nan")], [3, 4, 5]) is None


def test_points_that_are_not_finite_are_left_out() -> None:
    found = fit_line([1, 2, 3, 4, float("inf")], [1, 2, 3, float("nan"), 9])
    assert found.n == 3
    assert found.slope == pytest.approx(1.0)


def test_a_level_line_explains_nothing() -> None:
    assert fit_line([1, 2, 3], [5, 5, 5]).r2 is None


def test_each_x_needs_its_y() -> None:
    with pytest.raises(ValueError, match="3 values of x, 2 of y"):
        fit_line([1, 2, 3], [1, 2])
