"""The tree of an earlier year: what is later is left out, and what stays ends and thins."""

from datetime import date

import pytest

from modelcards.tree.check import chip_overlaps, crossings, line_overlaps
from modelcards.tree.layout import Plan, layout
from modelcards.tree.plan import name_box
from modelcards.tree.select import choose, leaves
from modelcards.tree.stems import Box
from tests.modelcards.tree.rows import invented, model, shipped


def plan_of(*models, show: str = "all") -> Plan:
    return layout(leaves(models, choose(models, show)))


def meet(one: Box, other: Box) -> bool:
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]


@pytest.mark.parametrize(("models", "show"), [(shipped(), "landmarks"), (tuple(invented(70, 4)), "all")])
def test_no_year_has_an_overlap_and_each_name_stands_free(models, show) -> None:
    whole = plan_of(*(one for one in models if one.day), show=show)
    for year in range(2012, 2024):
        plan = whole.until(year)
        assert [*chip_overlaps(plan), *line_overlaps(plan), *crossings(plan)] == []
        names = [name_box(stem) for stem in plan.stems]
        assert not any(meet(name, box) for name in names for box in plan.boxes())
        assert not any(meet(name, other) for i, name in enumerate(names) for other in names[:i])


def test_a_stem_ends_where_the_year_ends_and_is_as_thick_as_what_is_there() -> None:
    whole = plan_of(*(model(f"m{year}", date(year, 6, 1)) for year in range(2018, 2024)))
    [grown], [young] = whole.stems, whole.until(2019).stems
    assert young.models == 2 < grown.models
    assert young.width(young.y_straight) < grown.width(grown.y_straight)
    assert grown.y_top < young.y_top <= whole.scale.y(date(2020, 1, 1))
    assert young.alive


def test_a_family_that_stopped_ends_and_one_that_is_not_there_has_no_stem() -> None:
    whole = plan_of(
        model("old", date(2018, 6, 1), architecture_family="encoder-only"),
        model("late", date(2022, 6, 1), architecture_family="prefix-lm"),
        *(model(f"m{year}", date(year, 6, 1)) for year in range(2018, 2023)),
    )
    alive = {stem.branch: stem.alive for stem in whole.until(2020).stems}
    assert alive == {"encoder-only": False, "decoder-only": True}
    assert {stem.branch: stem.alive for stem in whole.until(2018).stems} == {"encoder-only": True, "decoder-only": True}


def test_a_line_to_a_later_chip_ends_where_its_last_side_twig_leaves() -> None:
    side = model("side", date(2020, 6, 1), parents=(("root", "finetune"),))
    tip = model("tip", date(2022, 6, 1), parents=(("root", "finetune"),))
    whole = plan_of(model("root", date(2019, 1, 1)), side, tip)
    lines = [[twig for twig in plan.twigs if twig.straight] for plan in (whole, whole.until(2020), whole.until(2019))]
    [[full], [cut], none] = lines
    assert (full.child, cut.child, none) == ("tip", "side", [])
    assert full.y1 < cut.y1 < cut.y0 == full.y0
    assert {twig.child: twig.weight for twig in whole.until(2020).twigs if not twig.straight} == {"root": 2, "side": 1}


def test_the_last_year_is_the_whole_picture() -> None:
    whole = plan_of(model("a"), model("b", date(2023, 1, 1)))
    assert whole.until(2023) is whole
    bare = whole.until(2000)
    assert {len(bare.chips), len(bare.twigs), len(bare.stems)} == {0}
