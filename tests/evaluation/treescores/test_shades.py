"""Shades of the tree's models by a score."""

import pytest

from tests.evaluation.comparison.rows import make_measured
from tests.evaluation.treescores.asking import shade_of
from tests.factories import (
    make_benchmark,
    make_card,
    make_cell,
    make_checkpoint,
    make_imported,
    make_published,
    make_score,
    make_task,
)

pytestmark = pytest.mark.django_db


def test_a_measured_score_goes_before_an_imported_and_this_before_a_published_one() -> None:
    card, task = make_card(), make_task("mmlu")
    make_published(card, make_benchmark("mmlu"), 0.625)
    assert (shade_of(card, "mmlu", 0).origin, shade_of(card, "mmlu", 0).value) == ("published", 0.625)
    make_imported(make_checkpoint(card), task, 0.5)
    assert (shade_of(card, "mmlu", 0).origin, shade_of(card, "mmlu", 0).value) == ("imported", 0.5)
    make_measured(card, task, [1.0, 0.0, 0.0, 0.0], samples=False)
    assert (shade_of(card, "mmlu", 0).origin, shade_of(card, "mmlu", 0).value) == ("measured", 0.25)


def test_the_text_of_a_shade_is_its_value_and_says_where_it_is_a_masked_models_own_form() -> None:
    card, task = make_card(), make_task("mmlu")
    make_published(card, make_benchmark("mmlu"), 0.6254)
    assert shade_of(card, "mmlu", 0).text == "0.625"
    make_score(make_cell(make_checkpoint(card), task, "done"), "pseudo_acc", 0.5)
    assert shade_of(card, "mmlu", 0).text == "0.500 by pseudo-likelihood"


def test_of_two_sources_the_one_that_was_checked_is_drawn() -> None:
    card, mmlu = make_card(), make_benchmark("mmlu")
    make_published(card, mmlu, 0.7, source="a blog", confidence="unchecked")
    make_published(card, mmlu, 0.6, source="a paper")
    make_published(card, mmlu, 0.8, source="a leaderboard", confidence="unchecked")
    assert shade_of(card, "mmlu", 0).value == 0.6


def test_a_limited_score_and_one_at_other_shots_colour_nothing() -> None:
    card, task = make_card(), make_task("mmlu")
    make_benchmark("mmlu")
    make_measured(card, task, [1.0, 1.0, 1.0, 0.0], samples=False, settings={"limit": 4})
    make_measured(card, task, [1.0, 0.0, 1.0, 0.0], shots=5, samples=False)
    assert shade_of(card, "mmlu", 0) is None
    assert shade_of(card, "mmlu", 5).value == 0.5


def test_only_the_metric_of_a_benchmark_counts_and_only_where_it_is_a_share() -> None:
    card = make_card()
    make_published(card, make_benchmark("mmlu"), 0.7, metric="acc_norm")
    make_published(card, make_benchmark("wiki", primary_metric="word_perplexity"), 0.9, metric="word_perplexity")
    make_published(card, make_benchmark("odd"), 37.5)
    assert [shade_of(card, name, 0) for name in ("mmlu", "wiki", "odd", "nothing")] == [None] * 4


def test_a_task_without_a_benchmark_is_named_by_itself() -> None:
    card = make_card()
    make_measured(card, make_task("sapling_rules"), [1.0, 0.0], samples=False)
    assert shade_of(card, "sapling_rules", 0).value == 0.5


def test_a_group_counts_once_all_its_parts_are_measured_and_before_what_is_printed() -> None:
    oak, elm = make_card(), make_card()
    mmlu = make_benchmark("mmlu")
    rule = {"metric": "acc", "filter_list": None, "weight_by_size": True}
    make_task("mmlu", kind="group", members=["law", "art"], aggregates=[rule])
    law, art = make_task("law"), make_task("art")
    for card in (oak, elm):
        make_published(card, mmlu, 0.625, num_fewshot=5)
        make_measured(card, law, [1.0, 0.0, 0.0, 0.0], shots=5, samples=False)
    make_measured(oak, art, [1.0, 1.0, 0.0, 0.0, 0.0, 0.0], shots=5, samples=False)
    assert shade_of(oak, "mmlu", 5).value == pytest.approx(0.3)
    assert shade_of(elm, "mmlu", 5).value == 0.625


def test_scores_of_hidden_cards_colour_nothing_for_who_may_not_read_them(admin_user) -> None:
    hidden, mmlu = make_card(visibility="restricted"), make_benchmark("mmlu")
    make_published(hidden, mmlu, 0.5)
    assert shade_of(hidden, "mmlu", 0, admin_user).value == 0.5
    assert shade_of(hidden, "mmlu", 0) is None


def test_a_new_score_is_drawn_at_once() -> None:
    card, mmlu = make_card(), make_benchmark("mmlu")
    assert shade_of(card, "mmlu", 0) is None
    make_published(card, mmlu, 0.5)
    assert shade_of(card, "mmlu", 0).value == 0.5
