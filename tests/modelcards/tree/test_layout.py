"""The layout: nothing overlaps, the same rows give the same picture, odd catalogs are no trouble."""

import time
from datetime import date

import pytest

from modelcards.tree.check import chip_overlaps, line_overlaps
from modelcards.tree.layout import Plan, layout
from modelcards.tree.nodes import TreeModel
from modelcards.tree.select import choose, landmarks, leaves
from tests.modelcards.tree.rows import invented, model, shipped


def plan_of(models: list[TreeModel] | tuple[TreeModel, ...], show: str = "all") -> Plan:
    dated = [one for one in models if one.day]
    return layout(leaves(models, choose(dated, show)))


def test_the_landmarks_are_all_drawn_and_nothing_overlaps() -> None:
    plan = plan_of(shipped(), "landmarks")
    assert {leaf.slug for leaf, _, _ in plan.chips} == set(landmarks())
    assert len(plan.chips) == 62
    assert chip_overlaps(plan) == []
    assert line_overlaps(plan) == []


def test_the_default_view_has_no_overlap_and_stays_small() -> None:
    plan = plan_of(shipped(), "key")
    assert 62 < len(plan.chips) < 100
    assert chip_overlaps(plan) == []
    assert line_overlaps(plan) == []


def test_the_whole_catalog_has_no_overlap_and_is_laid_out_quickly() -> None:
    chosen = leaves(shipped(), choose(shipped(), "all"))
    layout.cache_clear()
    begun = time.process_time()
    plan = layout(chosen)
    assert time.process_time() - begun < 6  # about one second; tests share the machine
    assert len(plan.chips) == len(shipped())
    assert chip_overlaps(plan) == []
    assert line_overlaps(plan) == []


def test_a_second_look_comes_from_the_cache() -> None:
    chosen = leaves(shipped(), choose(shipped(), "landmarks"))
    assert layout(chosen) is layout(leaves(shipped(), choose(shipped(), "landmarks")))


@pytest.mark.parametrize("seed", range(2))
def test_chips_of_random_catalogs_do_not_overlap(seed) -> None:
    plan = plan_of(invented(90, seed))
    assert len(plan.chips) == 90
    assert chip_overlaps(plan) == []


def test_the_same_rows_in_another_order_give_the_same_picture() -> None:
    first = plan_of(shipped(), "key")
    layout.cache_clear()
    assert plan_of(shipped()[::-1], "key").chips == first.chips


def test_time_runs_upward_and_is_never_bent() -> None:
    plan = plan_of(shipped(), "key")
    by_day = sorted(plan.chips, key=lambda chip: chip[0].day)
    heights = [y for _, _, y in by_day]
    assert heights == sorted(heights, reverse=True)
    assert all(y == plan.scale.y(leaf.day) for leaf, _, y in plan.chips)


def test_an_empty_catalog_gives_an_empty_plan() -> None:
    plan = layout(())
    assert (plan.chips, plan.stems) == ((), ())
    assert plan.width > 0
    assert plan.height > 0


@pytest.mark.parametrize("family", ["decoder-only", "encoder-only", "recurrent", "something new"])
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


def test_models_of_one_day_and_one_parent_do_not_overlap() -> None:
    kids = [model(f"kid{n}", date(2021, 6, 1), parents=(("root", "finetune"),)) for n in range(9)]
    plan = plan_of([model("root", date(2021, 6, 1)), *kids])
    assert len(plan.chips) == 10
    assert chip_overlaps(plan) == []


def test_a_series_of_successors_over_a_century_is_no_trouble() -> None:
    models = [model("old", date(1950, 1, 1), architecture_family="embedding"), model("new", date(2060, 1, 1))]
    plan = plan_of(models)
    assert chip_overlaps(plan) == []
