"""The layout: nothing overlaps, the same rows give the same picture, odd catalogs are no trouble."""

import random
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from modelcards.tree.check import chip_overlaps, crossings, line_overlaps
from modelcards.tree.layout import Plan, TooSlow, forget, layout
from modelcards.tree.nodes import Leaf, TreeModel
from modelcards.tree.plan import WIDTH
from modelcards.tree.select import choose, landmarks, leaves
from tests.modelcards.tree.rows import FAMILIES, invented, model, shipped

DAY = date(2021, 6, 1)


def leaves_of(models: Sequence[TreeModel], show: str = "all") -> tuple[Leaf, ...]:
    dated = [one for one in models if one.day]
    return leaves(models, choose(dated, show))


def plan_of(models: Sequence[TreeModel], show: str = "all") -> Plan:
    return layout(leaves_of(models, show))


def faults(plan: Plan) -> list[tuple[str, str]]:
    return [*chip_overlaps(plan), *line_overlaps(plan), *crossings(plan)]


def test_the_landmarks_are_all_drawn_and_fit_the_width() -> None:
    plan = plan_of(shipped(), "landmarks")
    assert {leaf.slug for leaf, _, _ in plan.chips} == set(landmarks())
    assert len(plan.chips) == 62
    assert faults(plan) == []
    assert plan.width <= WIDTH + 20
    assert 0.6 < plan.height / plan.width < 1.0


@pytest.mark.parametrize("show", ["key", "series", "all"])
def test_the_shipped_catalog_has_no_overlap_and_no_crossing(show) -> None:
    plan = plan_of(shipped(), show)
    assert len(plan.chips) > 62
    assert faults(plan) == []


@pytest.mark.parametrize(("count", "seed"), [(90, 0), (90, 1), (300, 1)])
def test_random_catalogs_have_no_overlap_and_no_crossing(count, seed) -> None:
    plan = plan_of(invented(count, seed))
    assert len(plan.chips) == count
    assert faults(plan) == []
    assert plan.height < 2 * plan.width


def test_chips_of_many_sizes_do_not_overlap() -> None:
    chosen = leaves_of(invented(90, 3))
    plan = layout(tuple(replace(leaf, scale=0.85 + number % 6 / 10) for number, leaf in enumerate(chosen)))
    assert faults(plan) == []
    assert plan.boxes()[0][3] - plan.boxes()[0][2] == plan.chips[0][0].height


def test_a_second_look_comes_from_the_cache() -> None:
    first = plan_of(shipped(), "landmarks")
    assert plan_of(shipped(), "landmarks") is first
    forget()
    assert plan_of(shipped(), "landmarks") is not first


def test_the_same_rows_in_another_order_give_the_same_picture() -> None:
    chosen = leaves_of(invented(60, 2))
    first, second = layout(chosen), layout(chosen[::-1])
    assert sorted(first.chips, key=str) == sorted(second.chips, key=str)
    assert sorted(first.twigs, key=str) == sorted(second.twigs, key=str)
    assert first.stems == second.stems


def test_time_runs_upward_and_is_never_bent() -> None:
    plan = plan_of(shipped(), "key")
    by_day = sorted(plan.chips, key=lambda chip: chip[0].day)
    heights = [y for _, _, y in by_day]
    assert heights == sorted(heights, reverse=True)
    assert all(y == plan.scale.y(leaf.day) for leaf, _, y in plan.chips)


def test_the_family_with_the_most_models_is_the_thickest() -> None:
    plan = plan_of(shipped(), "landmarks")
    thickness = {stem.branch: stem.width(stem.y_fork) for stem in plan.stems}
    assert max(thickness, key=lambda branch: thickness[branch]) == "decoder-only"
    assert all(stem.width(stem.y_fork) > stem.width(stem.y_top) for stem in plan.stems)


def test_an_empty_catalog_gives_an_empty_plan() -> None:
    plan = layout(())
    assert (plan.chips, plan.stems, plan.until(2000)) == ((), (), plan)
    assert plan.width > 0
    assert plan.height > 0


@pytest.mark.parametrize("family", ["decoder-only", "encoder-only", "recurrent"])
def test_one_model_stands_inside_the_picture(family) -> None:
    plan = plan_of([model("only", date(2024, 2, 29), architecture_family=family)])
    [(leaf, x, y)] = plan.chips
    assert leaf.slug == "only"
    assert 0 < x < plan.width
    assert 0 < y < plan.height


def test_the_transformer_itself_stands_on_the_trunk() -> None:
    plan = plan_of([model("first", date(2017, 6, 12), architecture_family="encoder-decoder"), model("later")])
    assert [stem.branch for stem in plan.stems] == ["decoder-only"]
    assert len(plan.chips) == 2


def test_few_late_recurrent_models_hang_on_the_trunk_and_many_have_a_stem() -> None:
    late = [model(f"r{n}", date(2019 + n, 3, 1), architecture_family="recurrent") for n in range(5)]
    few, many = plan_of([model("other"), *late[:3]]), plan_of([model("other"), *late])
    assert [stem.branch for stem in few.stems] == ["decoder-only"]
    assert {twig.x0 for twig in few.twigs if twig.child.startswith("r")} == {few.x_root}
    assert [stem.branch for stem in many.stems] == ["before", "decoder-only"]
    assert faults(few) == faults(many) == []


def test_models_of_one_day_and_one_parent_do_not_overlap() -> None:
    kids = [model(f"kid{n}", DAY, parents=(("root", "finetune"),)) for n in range(9)]
    plan = plan_of([model("root", DAY), *kids])
    assert len(plan.chips) == 10
    assert faults(plan) == []


def test_children_of_the_days_after_their_parent_leave_its_chip_in_order() -> None:
    kids = [model(f"kid{n}", DAY + timedelta(days=n), parents=(("root", "finetune"),)) for n in range(60)]
    plan = plan_of([model("root", DAY), *kids])
    foot = next(twig.y1 for twig in plan.twigs if twig.child == "root")
    starts = [twig.y0 + 12 if twig.start is None else twig.start for twig in plan.twigs if twig.parent == "root"]
    assert max(starts) <= foot < max(twig.y0 for twig in plan.twigs if twig.parent == "root")
    assert faults(plan) == []


def test_hundreds_of_one_day_leave_the_stem_above_the_fork() -> None:
    plan = plan_of([model(f"m{n}", date(2018, 1, 20)) for n in range(120)])
    [stem] = plan.stems
    assert max(twig.y0 for twig in plan.twigs) < plan.y_fork - 20
    assert stem.y_straight < plan.y_fork - 6
    assert [*chip_overlaps(plan), *line_overlaps(plan)] == []


@pytest.mark.parametrize("seed", [102, 211, 333])
def test_stems_pass_below_the_boughs_of_families_that_began_at_once(seed) -> None:
    chance = random.Random(seed)
    count = chance.randrange(2, 26)
    models = []
    for number in range(count):
        day = date(2018, 1, 1) + timedelta(days=chance.choice([0, 0, chance.randrange(60), chance.randrange(900)]))
        family, name = chance.choice(FAMILIES), "x" * chance.randrange(1, 24)
        parents = ((f"m{chance.randrange(count)}", "finetune"),) if chance.random() < 0.5 else ()
        models.append(model(f"m{number}", day, architecture_family=family, name=name, parents=parents))
    assert faults(plan_of(models)) == []


def test_what_stands_on_the_trunk_keeps_clear_of_thick_stems() -> None:
    early = [model(f"e{n}", date(2017, 2, 1 + 3 * n), architecture_family="embedding") for n in range(6)]
    many = [model(f"m{n}", date(2018, 2, 1) + timedelta(days=9 * n)) for n in range(150)]
    others = [model(f"o{n}", date(2018, 4, 1 + n), architecture_family="encoder-only") for n in range(9)]
    plan = plan_of([*early, *many, *others])
    assert [*chip_overlaps(plan), *line_overlaps(plan)] == []


def test_twigs_of_one_side_of_a_line_leave_it_apart() -> None:
    plan = plan_of(invented(200, 4))
    lines = defaultdict(list)
    for twig in plan.twigs:
        if not twig.straight:
            lines[twig.parent, twig.x0, twig.x > twig.x0].append(twig.y0)
    gaps = [lower - upper for ys in map(sorted, lines.values()) for upper, lower in pairwise(ys)]
    assert len(gaps) > 50
    assert min(gaps) > 4.9


def test_a_circle_of_one_day_and_a_child_older_than_its_parent_are_drawn() -> None:
    loop = [model("a", DAY, parents=(("b", "finetune"),)), model("b", DAY, parents=(("a", "finetune"),))]
    early = [model("young", date(2022, 1, 1)), model("old", date(2019, 1, 1), parents=(("young", "finetune"),))]
    for models in (loop, early):
        plan = plan_of(models)
        assert {leaf.slug for leaf, _, _ in plan.chips} == {one.slug for one in models}
        assert faults(plan) == []
    hangs = tuple(replace(leaf, hangs=True, parent="b" if leaf.slug == "a" else "a") for leaf in leaves_of(loop))
    assert len(layout(hangs).chips) == 2


def test_a_line_of_a_thousand_descendants_needs_no_recursion() -> None:
    day = date(2018, 6, 1)
    line = [model(f"m{n}", day + timedelta(days=2 * n), parents=((f"m{n - 1}", "finetune"),)) for n in range(1100)]
    assert len(plan_of(line).chips) == 1100


def test_a_series_of_successors_over_a_century_is_no_trouble() -> None:
    models = [model("old", date(1950, 1, 1), architecture_family="embedding"), model("new", date(2060, 1, 1))]
    assert faults(plan_of(models)) == []


def test_a_caller_whose_time_is_up_gets_no_layout() -> None:
    forget()
    with pytest.raises(TooSlow):
        layout(leaves_of(invented(40, 1)), stop=lambda: True)
    assert layout(leaves_of(invented(40, 1)), stop=lambda: False).chips


def test_a_narrower_picture_may_be_asked_for() -> None:
    chosen = leaves_of([model("a"), model("b", date(2022, 1, 1))])
    assert layout(chosen, width=600).width < 700
    assert layout(chosen).width == WIDTH


def test_the_work_grows_little_more_than_the_models() -> None:
    few, many = (calls_of(leaves_of(invented(count, 7))) for count in (200, 800))
    assert many / few < 4 * 1.3


def calls_of(chosen: tuple[Leaf, ...]) -> int:
    """How many calls a layout makes: a measure of its work that no clock disturbs."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    forget()
    [leaf.width for leaf in chosen]
    before = sys.getprofile()
    sys.setprofile(count)
    try:
        layout(chosen)
    finally:
        sys.setprofile(before)
    return calls
