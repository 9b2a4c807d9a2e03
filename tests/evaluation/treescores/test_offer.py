"""What the tree can be coloured by."""

import pytest

from tests.evaluation.comparison.rows import make_measured
from tests.evaluation.treescores.asking import offered
from tests.factories import make_benchmark, make_card, make_published, make_task

pytestmark = pytest.mark.django_db


def test_the_benchmark_that_most_models_have_comes_first_with_its_shots_by_how_many_models_they_have() -> None:
    few, many = make_benchmark("few"), make_benchmark("many", name="Many")
    oak, elm, fir = make_card(), make_card(), make_card()
    make_published(oak, few)
    make_published(oak, many)
    for card in (oak, elm, fir):
        make_published(card, many, num_fewshot=5)
    assert list(offered()) == ["many", "few"]
    assert (offered()["many"].name, list(offered()["many"].shots.items())) == ("Many", [(5, 3), (0, 1)])


def test_a_model_that_is_measured_and_printed_counts_once() -> None:
    mmlu, task = make_benchmark("mmlu"), make_task("mmlu")
    oak, elm, fir = make_card(), make_card(), make_card()
    for card in (oak, elm):
        make_published(card, mmlu)
    for card in (elm, fir):
        make_measured(card, task, [1.0, 0.0], samples=False)
    assert offered()["mmlu"].shots == {0: 3}


def test_what_would_colour_nothing_is_not_offered() -> None:
    card = make_card()
    make_measured(card, make_task("limited"), [1.0], samples=False, settings={"limit": 1})
    make_published(card, make_benchmark("wiki", primary_metric="word_perplexity"), 0.5, metric="word_perplexity")
    make_published(card, make_benchmark("large"), 12.5)
    make_published(card, make_benchmark("other"), 0.5, metric="f1")
    assert offered() == {}


def test_a_group_whose_parts_are_measured_is_offered_at_their_shots() -> None:
    rule = {"metric": "acc", "filter_list": None, "weight_by_size": True}
    make_task("trees", kind="group", members=["oaks", "elms", "said"], aggregates=[rule])
    oaks, elms, said = make_task("oaks"), make_task("elms"), make_task("said", fixed_fewshot=0)
    first, second = make_card(), make_card()
    for card in (first, second):
        make_measured(card, oaks, [1.0, 0.0], shots=5, samples=False)
        make_measured(card, said, [1.0, 0.0], samples=False)
    assert "trees" not in offered()
    make_measured(first, elms, [1.0, 0.0], shots=5, samples=False)
    assert offered()["trees"].shots == {5: 1}


def test_what_only_hidden_models_have_is_offered_to_who_may_read_them(admin_user) -> None:
    make_published(make_card(visibility="restricted"), make_benchmark("mmlu"))
    assert offered() == {}
    assert list(offered(admin_user)) == ["mmlu"]
