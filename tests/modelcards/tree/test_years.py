"""Time in the picture: years at the edge, shares beside them, and names that meet nothing on a phone."""

import itertools
from datetime import date

import pytest

from modelcards.tree.names import names
from modelcards.tree.plan import Plan
from modelcards.tree.scale import TimeScale
from modelcards.tree.stems import Stem
from modelcards.tree.strokes import round_boxes
from modelcards.tree.years import calendar, shares, year_axis
from tests.modelcards.tree.plans import leaf, plan_of, shapes


def test_each_year_has_a_line_at_its_first_day_and_a_number_at_the_edge() -> None:
    plan = plan_of(leaf("a", date(2019, 5, 1)), leaf("b", date(2022, 5, 1)))
    axis = year_axis(plan)
    assert axis["ticktext"] == ["2018", "2019", "2020", "2021", "2022"]
    heights = {round(y, 1) for trace in calendar(plan) for y in trace["y"] if y is not None}
    assert set(axis["tickvals"]) <= heights
    assert axis["tickvals"] == sorted(axis["tickvals"], reverse=True)


def test_shares_divide_each_year_among_its_families() -> None:
    days = [date(2020, 3, 1), date(2020, 5, 1), date(2020, 8, 1), date(2021, 2, 1)]
    families = ["decoder-only", "decoder-only", "encoder-only", "prefix-lm"]
    plan = plan_of(
        *[leaf(f"m{n}", day, family=family) for n, (day, family) in enumerate(zip(days, families, strict=True))]
    )
    *parts, told = shares(plan)
    tall = {trace["fillcolor"]: sum(_height(path) for path in shapes(trace)) for trace in parts}
    assert tall["var(--fam-dec)"] == pytest.approx(2 * tall["var(--fam-enc)"], rel=0.1)
    stacked = sorted((min(y for _x, y in path), max(y for _x, y in path)) for trace in parts for path in shapes(trace))
    assert all(low <= high for (_y, low), (high, _z) in itertools.pairwise(stacked))
    assert "2020: 2 of 3 Decoder-only" in told["hovertext"]
    assert "2021: 1 of 1 Prefix-LM" in told["hovertext"]


def _height(path) -> float:
    ys = [y for _x, y in path]
    return max(ys) - min(ys)


def test_of_names_that_would_meet_the_larger_family_is_readable_at_a_smaller_scale() -> None:
    places = (("encoder-only", 150.0, 9), ("encoder-decoder", 700.0, 5), ("decoder-only", 800.0, 40))
    stems = tuple(Stem(branch, x, 900.0, 1000.0, 900.0, 64.0, True, models) for branch, x, models in places)
    plan = Plan(1640.0, 1200.0, TimeScale([], 64.0), 900.0, 1000.0, stems=stems)
    decoders, encoders, both = names(plan)
    assert "Decoder-only" in decoders["text"][0]
    assert decoders["meta"]["from"] < 0.1 < encoders["meta"]["from"] < both["meta"]["from"] < 2


def test_round_boxes_are_closed_and_stay_within_their_rectangles() -> None:
    coordinates = round_boxes([(0.0, 10.0, 0.0, 4.0), (20.0, 21.0, 5.0, 9.0)], 3)
    paths = list(shapes(coordinates))
    assert len(paths) == 2
    for path, (x0, x1, y0, y1) in zip(paths, [(0, 10, 0, 4), (20, 21, 5, 9)], strict=True):
        assert path[0] == path[-1]
        assert (min(x for x, _ in path), max(x for x, _ in path)) == (x0, x1)
        assert (min(y for _, y in path), max(y for _, y in path)) == (y0, y1)
