"""Numbers as cards from the wild write them."""

from decimal import Decimal

import pytest

from modelcards.exchange import numbers


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("11B", 11_000_000_000),
        ("1.4T", 1_400_000_000_000),
        ("~6.7e9", 6_700_000_000),
        ("175 billion", 175_000_000_000),
        ("7B parameters", 7_000_000_000),
        ("110,000,000", 110_000_000),
        ("≈ 350M", 350_000_000),
        (7_000_000_000, 7_000_000_000),
        (6.7e9, 6_700_000_000),
    ],
)
def test_sizes_are_read(written, number):
    assert numbers.size(written) == number


@pytest.mark.parametrize("written", ["a few", "7Q", "", "-3B", "1e99", "0", True, None, [], "9" * 61, "7B or 13B"])
def test_what_is_no_size_is_refused(written):
    with pytest.raises(ValueError, match=r"number|between"):
        numbers.size(written)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (0.9, ("0.9", False)),
        (61, ("61", False)),
        ("20.0 ± 1.2", ("20.0", False)),
        ("85 %", ("85", True)),
        ("85.1% ± 0.4", ("85.1", True)),
        ("1e-3", ("1e-3", False)),
    ],
)
def test_results_are_read(written, value):
    assert numbers.result(written) == (Decimal(value[0]), value[1])


@pytest.mark.parametrize("written", ["good", "-", float("nan"), float("inf"), True, {}, "1 of 3"])
def test_what_is_no_result_is_refused(written):
    with pytest.raises(ValueError, match="number"):
        numbers.result(written)
