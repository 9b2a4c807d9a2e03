"""Values as people write them."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelcards import values


@pytest.mark.parametrize(
    ("text", "size"),
    [("7B", 7_000_000_000), ("1.5T", 1_500_000_000_000), ("300M", 300_000_000), ("6,700", 6700), (" 10 k ", 10_000)],
)
def test_it_reads_sizes(text, size):
    assert values.parse_size(text) == size


@pytest.mark.parametrize("text", ["", "B", "-1", "1e9", "7 billion", "1..2", "٣", "1T" * 40, "9" * 30])
def test_it_refuses_what_is_no_size(text):
    with pytest.raises(ValueError, match=r"number"):
        values.parse_size(text)


@given(st.integers(min_value=1, max_value=10**15))
def test_a_written_size_is_within_half_a_percent(size):
    assert values.parse_size(values.format_size(size)) == pytest.approx(size, rel=0.006)


@pytest.mark.parametrize(
    ("text", "date", "precision", "last"),
    [
        ("2023-02-24", datetime.date(2023, 2, 24), "day", datetime.date(2023, 2, 24)),
        ("2023-02", datetime.date(2023, 2, 1), "month", datetime.date(2023, 2, 28)),
        ("2023-12", datetime.date(2023, 12, 1), "month", datetime.date(2023, 12, 31)),
        ("2023", datetime.date(2023, 1, 1), "year", datetime.date(2023, 12, 31)),
    ],
)
def test_a_date_keeps_how_much_of_it_is_known(text, date, precision, last):
    assert values.parse_date(text) == (date, precision)
    assert values.iso_date(date, precision) == text
    assert values.last_day(date, precision) == last


@pytest.mark.parametrize("text", ["", "24 Feb 2023", "2023-13", "2023-02-30", "0000", "2023-2"])
def test_it_refuses_what_is_no_date(text):
    with pytest.raises(ValueError, match="2023-02-24"):
        values.parse_date(text)


def test_an_arxiv_number_becomes_an_https_address():
    assert values.source_address("2302.13971") == "https://arxiv.org/abs/2302.13971"
    assert values.source_address("arXiv:2302.13971 Table 3") == "https://arxiv.org/abs/2302.13971"


@pytest.mark.parametrize("text", ["javascript:alert(1)", "http://a b", 'https://x"onclick="', "Radford et al. 2018"])
def test_what_is_no_plain_address_is_not_linked(text):
    assert values.source_address(text) == ""
