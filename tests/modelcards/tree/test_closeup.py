"""A part of the tree as a small picture of its own."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from modelcards.tree.check import chip_overlaps
from modelcards.tree.closeup import LEFT, close_up
from modelcards.tree.layout import layout
from modelcards.tree.plan import Crossing
from modelcards.tree.select import leaves
from modelcards.tree.series import alone
from tests.modelcards.tree.rows import invented, model


def plan_of(models):
    return layout(leaves(models, [alone(one) for one in models]))


@pytest.mark.parametrize("seed", [1, 2])
def test_columns_come_together_and_no_chip_over_another(seed) -> None:
    plan = plan_of(invented(25, seed))
    close, (left, right, top, bottom) = close_up(plan)
    assert close.width < plan.width
    assert not chip_overlaps(close)
    assert all(left < x0 and x1 < right and top < y0 and y1 < bottom for x0, x1, y0, y1 in close.boxes())


def test_heights_and_sizes_stay_and_so_does_the_order_from_left_to_right() -> None:
    plan = plan_of(invented(25, 3))
    close, _view = close_up(plan)
    assert [(leaf, y) for leaf, _x, y in close.chips] == [(leaf, y) for leaf, _x, y in plan.chips]
    order = [leaf.slug for leaf, _x, _y in sorted(plan.chips, key=lambda chip: chip[1])]
    assert [leaf.slug for leaf, _x, _y in sorted(close.chips, key=lambda chip: chip[1])] == order


def test_twigs_still_end_at_their_chips_and_leave_their_stems() -> None:
    close, _view = close_up(plan_of(invented(25, 4)))
    places = {leaf.slug: x for leaf, x, _y in close.chips}
    assert all(twig.x == pytest.approx(places[twig.child]) for twig in close.twigs if twig.y1 > 0)
    stems = {stem.x for stem in close.stems} | {close.x_root}
    assert all(any(twig.x0 == pytest.approx(x) for x in stems) for twig in close.twigs if twig.parent is None)


def test_what_lies_between_columns_keeps_its_order() -> None:
    plan = plan_of(invented(12, 5))
    line = tuple((float(x), 10.0) for x in range(0, int(plan.width), 7))
    close, _view = close_up(replace(plan, crossings=(Crossing("m1", "m2", "rlhf", line),)))
    xs = [x for x, _y in close.crossings[0].points]
    assert all(before < after for before, after in pairwise(xs))
    assert xs[-1] - xs[0] < line[-1][0] - line[0][0]


def test_the_trunk_is_shown_only_where_a_model_stands_on_it() -> None:
    late = plan_of([model("oak"), model("elm", date(2022, 1, 1))])
    early = plan_of([model("oak"), model("vectors", date(2013, 1, 1), architecture_family="embedding")])
    assert close_up(late)[1][3] < late.y_fork
    assert close_up(early)[1][3] > early.y_fork + 20


def test_no_year_is_cut_off_at_the_lower_edge() -> None:
    for days in range(0, 360, 20):
        plan = plan_of([model("oak", date(2022, 1, 2) + timedelta(days)), model("elm", date(2023, 3, 1))])
        _close, (_left, _right, _top, bottom) = close_up(plan)
        assert abs(plan.scale.y(date(2022, 1, 1)) - bottom) > 8


def test_without_chips_there_is_nothing_to_move() -> None:
    plan = layout(())
    assert close_up(plan) == (plan, (0.0, plan.width, 0.0, plan.height))
    assert LEFT > 0
