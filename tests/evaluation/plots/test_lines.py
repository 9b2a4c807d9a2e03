import math

import pytest

from evaluation.plots.axes import AXES
from evaluation.plots.lines import Scales, drawable, family_fits, frontier
from evaluation.plots.points import points
from tests.evaluation.standings.rows import make_measured, make_model, make_standing

AXIS = AXES["parameters"]
LOG = Scales(x_log=True, y_log=False)


def published(*pairs, **fields):
    """Points of one model each: parameters and value."""
    return points([make_standing(value, make_model(parameters=size), **fields) for size, value in pairs], AXIS)


def test_a_line_tells_the_change_for_one_tenfold():
    (one,) = family_fits(published((10**8, 0.3), (10**9, 0.4), (10**10, 0.5)), AXIS, LOG)
    assert one.slope == pytest.approx(0.1)
    assert one.n == 3
    assert (one.xs[0], one.xs[-1]) == pytest.approx((10**8, 10**10))
    assert one.centre[0] == pytest.approx(0.3)


def test_below_three_models_there_is_no_line_and_the_number_is_told():
    (one,) = family_fits(published((10**8, 0.3), (10**9, 0.4)), AXIS, LOG)
    assert (one.fit, one.slope, one.xs, one.n) == (None, None, (), 2)


def test_the_band_holds_the_line_and_opens_to_its_ends():
    (one,) = family_fits(published((10**8, 0.3), (10**9, 0.45), (10**10, 0.5), (10**11, 0.62)), AXIS, LOG)
    widths = [high - low for low, high in zip(one.low, one.high, strict=True)]
    assert all(low < centre < high for low, centre, high in zip(one.low, one.centre, one.high, strict=True))
    assert widths[0] > min(widths) < widths[-1]


def test_no_line_goes_through_two_origins_or_two_families():
    cards = [make_model(parameters=10**power) for power in (8, 9, 10)]
    others = [make_model(parameters=10**power, architecture_family="encoder-decoder") for power in (8, 9, 10)]
    rows = [make_standing(0.3, card) for card in cards] + [make_measured(0.6, card) for card in cards]
    fits = family_fits(points(rows + [make_standing(0.9, card) for card in others], AXIS), AXIS, LOG)
    assert {(one.family, one.origin, one.n) for one in fits} == {
        ("decoder-only", "published", 3),
        ("decoder-only", "measured", 3),
        ("encoder-decoder", "published", 3),
    }


def test_a_model_with_three_sources_counts_once():
    cards = [make_model(parameters=10**power) for power in (8, 9, 10)]
    rows = [make_standing(0.4, card) for card in cards] + [make_standing(0.9, cards[0], source=f"s{i}") for i in (1, 2)]
    (one,) = family_fits(points(rows, AXIS), AXIS, LOG)
    assert one.n == 3


def test_values_measured_otherwise_are_in_no_line_and_on_no_frontier():
    cards = [make_model(parameters=10**power) for power in (8, 9, 10, 11)]
    rows = [make_measured(0.3, card, key="same") for card in cards[:3]] + [make_measured(0.9, cards[3], key="other")]
    found = points(rows, AXIS)
    assert family_fits(found, AXIS, LOG)[0].n == 3
    assert max(one.y for one in frontier(found, LOG)["measured"]) == 0.3


def test_against_dates_a_slope_is_told_for_a_year():
    from datetime import date

    rows = [make_standing(0.1 * i, make_model(release_date=date(2020 + i, 1, 1))) for i in (1, 2, 3)]
    (one,) = family_fits(points(rows, AXES["date"]), AXES["date"], Scales(False, False))
    assert one.slope == pytest.approx(0.1, rel=1e-3)


def test_with_logarithmic_scores_the_line_is_of_their_logarithm():
    (one,) = family_fits(published((10**8, 0.1), (10**9, 0.2), (10**10, 0.4)), AXIS, Scales(True, True))
    assert one.slope == pytest.approx(math.log10(2))
    assert one.centre[-1] == pytest.approx(0.4)


def test_a_logarithmic_scale_has_no_place_for_zero():
    assert len(drawable(published((10**8, 0.0), (10**9, 0.5)), Scales(True, True))) == 1


def test_the_frontier_holds_what_no_smaller_model_reaches():
    found = frontier(published((10**8, 0.4), (10**9, 0.35), (10**10, 0.5), (10**11, 0.5)), LOG)
    assert [(one.card.parameters, one.y) for one in found["published"]] == [(10**8, 0.4), (10**10, 0.5)]


def test_of_two_of_one_size_the_better_one_is_on_the_frontier():
    found = frontier(published((10**8, 0.4), (10**8, 0.6)), LOG)
    assert [one.y for one in found["published"]] == [0.6]


def test_where_lower_is_better_the_frontier_falls():
    found = frontier(published((10**8, 30.0), (10**9, 35.0), (10**10, 12.0), higher_is_better=False), LOG)
    assert [one.y for one in found["published"]] == [30.0, 12.0]


def test_without_a_known_direction_there_is_no_frontier():
    assert frontier(published((10**8, 0.4), (10**9, 0.5), higher_is_better=None), LOG) == {}


def test_each_origin_has_its_own_frontier():
    cards = [make_model(parameters=10**8), make_model(parameters=10**9)]
    rows = [make_standing(0.9, cards[0]), make_measured(0.4, cards[0]), make_measured(0.5, cards[1])]
    found = frontier(points(rows, AXIS), LOG)
    assert {origin: len(mine) for origin, mine in found.items()} == {"published": 1, "measured": 2}
