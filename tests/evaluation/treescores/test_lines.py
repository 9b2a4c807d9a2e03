"""Lines with the best-known scores of a model."""

import pytest

from evaluation.treescores import tree_scores
from tests.evaluation.comparison.rows import make_measured
from tests.evaluation.treescores.asking import lines_of, request_of
from tests.factories import make_benchmark, make_card, make_published, make_task

pytestmark = pytest.mark.django_db


def test_a_model_is_told_by_the_three_benchmarks_that_most_models_have() -> None:
    oak = make_card()
    names = ("rare", "fourth", "third", "second", "first")
    for others, name in enumerate(names):
        benchmark = make_benchmark(name, name=name.title())
        for card in (oak, *(make_card() for _ in range(others))):
            make_published(card, benchmark, 0.5)
    told = ["First, 0-shot: 0.500 (published)", "Second, 0-shot: 0.500 (published)", "Third, 0-shot: 0.500 (published)"]
    assert list(lines_of(oak)) == told


def test_of_a_benchmark_at_several_shots_the_highest_is_told_and_a_measured_one_before_a_printed_one() -> None:
    oak, mmlu = make_card(), make_benchmark("mmlu", name="MMLU")
    for shots, value in ((0, 0.3), (5, 0.6), (1, 0.4)):
        make_published(oak, mmlu, value, num_fewshot=shots)
    assert lines_of(oak) == ("MMLU, 5-shot: 0.600 (published)",)
    make_measured(oak, make_task("mmlu"), [1.0, 0.0], samples=False)
    assert lines_of(oak) == ("MMLU, 0-shot: 0.500 (measured here)",)


def test_a_model_that_has_nothing_that_others_have_is_told_by_what_it_has(monkeypatch) -> None:
    monkeypatch.setattr("evaluation.treescores.lines.COMMON", 1)
    oak, elm, fir = make_card(), make_card(), make_card()
    for card in (oak, elm):
        make_published(card, make_benchmark("mmlu", name="MMLU") if card is oak else oak.scores.get().benchmark, 0.5)
    make_published(fir, make_benchmark("rare", name="Rare"), 0.25)
    assert lines_of(fir) == ("Rare, 0-shot: 0.250 (published)",)


def test_models_without_scores_have_no_lines_and_hidden_ones_none_for_who_may_not_read_them(admin_user) -> None:
    bare, hidden = make_card(), make_card(visibility="restricted")
    make_published(hidden, make_benchmark("mmlu", name="MMLU"), 0.5)
    assert lines_of(bare) == ()
    assert lines_of(hidden, admin_user) == ("MMLU, 0-shot: 0.500 (published)",)
    assert lines_of(hidden) == ()


def test_the_lines_of_many_models_take_as_many_questions_as_those_of_few(django_assert_max_num_queries) -> None:
    cards, mmlu, rare = [make_card() for _ in range(30)], make_benchmark("mmlu"), make_benchmark("rare")
    for number, card in enumerate(cards[:20]):
        make_published(card, mmlu if number < 19 else rare, 0.5)
    with django_assert_max_num_queries(30):
        assert len(tree_scores().best(request_of(), [card.pk for card in cards])) == 20
