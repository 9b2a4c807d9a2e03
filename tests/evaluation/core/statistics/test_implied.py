"""The number of documents behind a share and its standard error."""

import math

import pytest

from evaluation.core.statistics.implied import implied_documents


@pytest.mark.parametrize(("right", "n"), [(1, 2), (253, 1172), (885, 2376), (7_300, 10_042), (1, 14_042)])
def test_the_number_is_found_from_full_precision(right, n) -> None:
    value = right / n
    assert implied_documents(value, math.sqrt(value * (1 - value) / (n - 1))) == n


@pytest.mark.parametrize(
    ("value", "stderr"),
    [(0.37, 0.0141), (0.5, None), (0.5, 0.0), (0.5, math.nan), (1.0, 0.01), (12.5, 0.3), (0.5, 0.9)],
)
def test_a_rounded_or_other_error_tells_nothing(value, stderr) -> None:
    assert implied_documents(value, stderr) is None
