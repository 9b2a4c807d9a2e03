"""Parts of the layout: the time scale, lines to further parents, and the corner for the bars."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from modelcards.tree.layout import Plan, layout
from modelcards.tree.nodes import Leaf
from modelcards.tree.scale import TimeScale
from modelcards.tree.select import choose, leaves
from tests.modelcards.tree.rows import invented, model, shipped

DAY = date(2021, 5, 1)


def leaves_of(*models) -> tuple[Leaf, ...]:
    return leaves(models, choose(models, "all"))


def related(plan_leaves: tuple[Leaf, ...], child: str, *parents: str) -> Plan:
    others = tuple((parent, "merge") for parent in parents)
    return layout(tuple(replace(leaf, others=others) if leaf.slug == child else leaf for leaf in plan_leaves))


def test_a_crowded_quarter_is_taller_and_grows_more_slowly_the_more_crowded_it_is() -> None:
    def tall(models: int) -> float:
        scale = TimeScale([date(2022, 5, 1)] * models, 0.0)
        return scale.y(date(2022, 4, 1)) - scale.y(date(2022, 7, 1))

    assert tall(6) > 2 * tall(2) > 2 * tall(0)
    assert tall(6) < tall(24) < 2.5 * tall(6)
    assert tall(2000) / 2000 > 2.5


@pytest.mark.parametrize("odd", [date(1, 1, 1), date(203, 2, 24), date(2999, 12, 31), date(9999, 12, 31)])
def test_a_date_mistyped_by_centuries_makes_no_line_of_the_picture(odd) -> None:
    days = [date(2019 + number // 4, 1 + number % 4 * 3, 5) for number in range(20)]
    usual, stretched = TimeScale(days, 0.0), TimeScale([*days, odd], 0.0)
    assert stretched.bottom < usual.bottom + 700
    assert len(stretched.years()) < len(usual.years()) + 70
    assert len({round(stretched.y(day)) for day in (*days, odd)}) == 21


def test_dates_before_the_first_and_after_the_last_quarter_stay_on_the_scale() -> None:
    scale = TimeScale([DAY], 64.0)
    assert scale.y(date(1900, 1, 1)) == scale.bottom
    assert scale.y(date(2100, 1, 1)) == pytest.approx(64.0)
    assert list(scale.years()) == [2016, 2017, 2018, 2019, 2020, 2021]


def test_a_further_parent_is_joined_by_a_line_from_chip_to_chip() -> None:
    chips = leaves_of(model("a"), model("b", architecture_family="encoder-only"), model("child", date(2022, 1, 1)))
    plan = related(chips, "child", "b", "absent", "child")
    [line] = plan.crossings
    assert (line.child, line.parent, line.relation) == ("child", "b", "merge")
    boxes = {leaf.slug: box for (leaf, _, _), box in zip(plan.chips, plan.boxes(), strict=True)}
    for (x, y), slug in ((line.points[0], "b"), (line.points[-1], "child")):
        x0, x1, y0, y1 = boxes[slug]
        assert x in (pytest.approx(x0), pytest.approx(x1))
        assert y == pytest.approx((y0 + y1) / 2)


def test_a_twig_to_the_same_parent_is_not_drawn_twice() -> None:
    chips = leaves_of(model("a"), model("child", date(2021, 9, 1), parents=(("a", "finetune"),)))
    assert related(chips, "child", "a").crossings == ()


def test_lines_to_further_parents_keep_off_labels_where_a_detour_is_easy() -> None:
    chips = leaves_of(*invented(70, 5))
    first = [leaf.slug for leaf in chips][:20]
    plan = layout(tuple(replace(leaf, others=((first[number % 20], "merge"),)) for number, leaf in enumerate(chips)))
    boxes = np.array(plan.boxes())
    own = [(one.child, one.parent) for one in plan.crossings]
    slugs = [leaf.slug for leaf, _, _ in plan.chips]
    met = [met_by(np.array(one.points), boxes, slugs, pair) for one, pair in zip(plan.crossings, own, strict=True)]
    straight = [
        met_by(straight_line(one.points), boxes, slugs, pair) for one, pair in zip(plan.crossings, own, strict=True)
    ]
    assert sum(met) < 0.8 * sum(straight)


def straight_line(points) -> np.ndarray:
    return np.linspace(points[0], points[-1], 25)


def met_by(points: np.ndarray, boxes: np.ndarray, slugs: list[str], own: tuple[str, str]) -> int:
    x, y = points.T[:, :, None]
    inside = ((boxes[:, 0] < x) & (x < boxes[:, 1]) & (boxes[:, 2] < y) & (y < boxes[:, 3])).any(axis=0)
    return sum(slugs[int(i)] not in own for i in np.flatnonzero(inside))


def test_the_corner_is_free_of_all_that_is_drawn() -> None:
    dated = [one for one in shipped() if one.day]
    plan = layout(leaves(dated, choose(dated, "landmarks")))
    assert plan.corner
    x0, x1, y0, y1 = plan.corner
    assert (x1 - x0 >= 230, y1 - y0 >= 200, x1 <= plan.width, y1 <= plan.height) == (True,) * 4
    for box in plan.boxes():
        assert box[1] < x0 or box[3] < y0
    for stem in plan.stems:
        y, x, width = stem.path
        assert not np.any((x + width / 2 > x0) & (y > y0))
    for twig in plan.twigs:
        assert max(twig.x0, twig.x) < x0 or twig.y0 < y0


def test_a_picture_that_is_full_to_the_lower_right_has_no_corner() -> None:
    chips = leaves_of(*(model(f"m{n}", date(2018, 1, 20)) for n in range(24)))
    assert layout(chips).corner is None
