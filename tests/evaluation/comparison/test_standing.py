"""The models over all tasks: only what all have is averaged, what is missing is named."""

import pytest

from evaluation.comparison.choice import CompareChoice
from evaluation.comparison.reading import compare
from tests.evaluation.comparison.rows import make_measured
from tests.factories import make_benchmark, make_card, make_published, make_task

pytestmark = pytest.mark.django_db
BAD, MIDDLE, GOOD = ([1.0] * n + [0.0] * (200 - n) for n in (60, 110, 160))
NAMES = ("Oak", "Elm", "Ash")


@pytest.fixture
def three():
    return [make_card(name) for name in NAMES]


def measure(cards, name: str, *rights, chance: float | None = 0.25, **fields) -> None:
    make_benchmark(name, chance=chance)
    task = make_task(name)
    for card, right in zip(cards, rights, strict=False):
        if right:
            make_measured(card, task, right, **fields)


def standing(reader, **choice):
    found = compare(reader, CompareChoice(models=("oak", "elm", "ash"), **choice)).standing
    assert found is not None
    return found


def test_the_average_counts_from_a_blind_guess_and_orders_the_models(three, stranger) -> None:
    measure(three, "first", BAD, MIDDLE, GOOD)
    measure(three, "second", BAD, MIDDLE, GOOD, chance=0.5)
    found = standing(stranger)
    assert [one.model.name for one in found.places] == ["Ash", "Elm", "Oak"]
    assert found.places[0].average == pytest.approx(((0.8 - 0.25) / 0.75 + (0.8 - 0.5) / 0.5) / 2)
    assert [(one.span.rank, one.span.low, one.span.high) for one in found.places] == [(1, 1, 1), (2, 2, 2), (3, 3, 3)]
    assert [one.win_rate for one in found.places] == [1.0, 0.5, 0.0]
    assert [(one.won, one.lost) for one in found.places] == [(4, 0), (2, 2), (0, 4)]


def test_near_equal_models_have_rank_intervals_that_overlap(three, stranger) -> None:
    measure(three, "first", [*GOOD[1:], 1.0], GOOD, BAD)
    oak, elm, ash = sorted(standing(stranger).places, key=lambda one: one.model.position)
    assert (oak.span.low, oak.span.high) == (elm.span.low, elm.span.high) == (1, 2)
    assert (ash.span.low, ash.span.high) == (3, 3)


def test_a_task_that_one_model_lacks_or_without_chance_level_is_named_and_left_out(three, stranger) -> None:
    measure(three, "whole", BAD, MIDDLE, GOOD)
    measure(three, "partly", GOOD, GOOD, None)
    measure(three, "guess", GOOD, GOOD, BAD, chance=None)
    found = standing(stranger)
    assert [row.key.subject for row in found.used] == ["whole"]
    left = {one.row.key.subject: [model.name for model in one.models] for one in found.missing}
    assert left == {"partly": ["Ash"], "guess": []}
    assert found.places[0].model.name == "Ash"


def test_models_that_are_scored_in_another_way_stand_apart(three, stranger) -> None:
    measure(three, "first", GOOD, BAD, None)
    make_measured(three[2], make_task("second"), GOOD)
    measure([three[2]], "third", GOOD)
    found = standing(stranger, every_row=True)
    assert [one.model.name for one in found.places] == ["Oak", "Elm", "Ash"]
    assert [one.name for one in found.apart] == ["Ash"]
    assert found.places[2].average is None
    assert found.places[0].average is not None


def test_published_scores_alone_give_no_standing(three, stranger) -> None:
    benchmark = make_benchmark("quiz")
    for card in three:
        make_published(card, benchmark)
    assert compare(stranger, CompareChoice(models=("oak", "elm"))).standing is None


def test_a_group_whose_parts_are_rows_counts_once(three, stranger) -> None:
    rule = {"metric": "acc", "filter_list": None, "weight_by_size": True}
    make_task("both", kind="group", members=["first", "second"], aggregates=[rule])
    measure(three, "first", BAD, MIDDLE, GOOD)
    measure(three, "second", BAD, MIDDLE, GOOD)
    make_benchmark("both")
    found = standing(stranger)
    assert sorted(row.key.subject for row in found.used) == ["first", "second"]


def test_documents_that_come_back_give_their_intervals_back(three, stranger, monkeypatch) -> None:
    measure(three, "first", BAD, MIDDLE, GOOD)
    with monkeypatch.context() as gone:
        gone.setattr("evaluation.comparison.standing.shared", lambda *_asked: None)
        assert all(one.span is None for one in standing(stranger).places)
    assert [one.span.rank for one in standing(stranger).places] == [1, 2, 3]


def test_without_samples_ranks_have_no_interval(three, stranger) -> None:
    measure(three, "first", BAD, MIDDLE, GOOD, samples=False)
    found = standing(stranger)
    assert [one.span for one in found.places] == [None] * 3
    assert found.places[0].average is not None


def test_a_large_group_counts_once_and_not_beside_the_groups_within_it(three, stranger) -> None:
    rule = {"metric": "acc", "filter_list": None, "weight_by_size": True}
    names = [f"part_{number:02}" for number in range(14)]
    make_task("half", kind="group", members=names[:12], aggregates=[rule])
    make_task("everything", kind="group", members=["half", *names[12:]], aggregates=[rule])
    make_benchmark("everything", chance=0.25)
    for name in names:
        task = make_task(name)
        for card, right in zip(three, (BAD, MIDDLE, GOOD), strict=True):
            make_measured(card, task, right)
    measure(three, "other", GOOD, MIDDLE, BAD)
    found = standing(stranger)
    assert sorted(row.key.subject for row in [*found.used, *(one.row for one in found.missing)]) == [
        "everything",
        "other",
    ]
    assert [one.win_rate for one in found.places] == [0.5, 0.5, 0.5]
