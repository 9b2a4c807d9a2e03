from datetime import date

import pytest

from evaluation.plots import layout


def ticks(axis):
    return dict(zip(axis["tickvals"], axis["ticktext"], strict=True))


@pytest.mark.parametrize(
    ("values", "fewest"), [((595e3, 1.13e6), 4), ((1e8, 2e9), 4), ((7e7, 5e11), 6), ((1e3, 1e20), 10)]
)
def test_a_logarithmic_axis_has_ticks_enough_and_not_too_many(values, fewest):
    axis = layout.log_axis(values, "x", str)
    assert fewest <= len(axis["tickvals"]) <= 20
    assert all(axis["range"][0] <= place for place in axis["range"])


def test_one_value_alone_has_room_around_it():
    for axis in (layout.log_axis([5.0], "x", str), layout.linear_axis([0.0], "x"), layout.size_axis([7.0], "x", str)):
        assert axis["range"][0] < axis["range"][1]


def test_years_are_ticks_and_quarters_where_there_are_few():
    years = [date(year, 6, 1).toordinal() for year in (2018, 2024)]
    assert list(ticks(layout.date_axis(years, "x")).values()) == ["2019", "2020", "2021", "2022", "2023", "2024"]
    months = [date(2023, month, 1).toordinal() for month in (1, 9)]
    assert list(ticks(layout.date_axis(months, "x")).values()) == ["Jan 2023", "Apr 2023", "Jul 2023"]


def test_fractions_stay_near_their_bounds_and_other_scores_do_not():
    assert layout.score_axis([0.0, 1.0], "acc", log=False)["range"] == [-0.02, 1.02]
    assert layout.score_axis([12.0, 30.0], "perplexity", log=False)["range"][1] > 30


def test_text_is_never_read_as_markup():
    assert layout.plain("<b>&") == "&lt;b&gt;&amp;"
