"""In which order models stand, and which of them have a place."""

from __future__ import annotations

import math

import pytest

from evaluation.leaderboard.reading import notes
from tests.evaluation.leaderboard.rows import asked, make_model, places, task_of
from tests.factories import (
    make_benchmark,
    make_card,
    make_cell,
    make_checkpoint,
    make_imported,
    make_published,
    make_score,
    make_user,
)

pytestmark = pytest.mark.django_db


def test_models_stand_by_their_average() -> None:
    make_model("Oak", {"one": 0.5, "two": 0.9})
    make_model("Elm", {"one": 0.8, "two": 0.4})
    make_model("Ash", {"one": 0.8, "two": 0.8})
    assert places() == [("ash", 1), ("oak", 2), ("elm", 3)]
    assert [line.average for line in asked().everything] == pytest.approx([0.8, 0.7, 0.6])


def test_equal_averages_share_a_place() -> None:
    for name in ("Oak", "Elm"):
        make_model(name, {"one": 0.5, "two": 0.5})
    make_model("Ash", {"one": 0.1, "two": 0.1})
    assert places() == [("elm", 1), ("oak", 1), ("ash", 3)]


def test_weights_change_the_order_and_zero_leaves_a_task_out() -> None:
    make_model("Oak", {"one": 0.5, "two": 0.9})
    make_model("Elm", {"one": 0.8, "two": 0.4})
    assert places("weights=one:9") == [("elm", 1), ("oak", 2)]
    found = asked("weights=one:0&sort=-average")
    assert [column.not_counted for column in found.board.columns] == ["it weighs nothing", ""]


def test_a_model_that_lacks_a_score_is_listed_apart_or_marked_or_hidden() -> None:
    make_model("Oak", {"one": 0.5, "two": 0.5})
    make_model("Elm", {"one": 0.9})
    assert places() == [("oak", 1), ("elm", None)]
    assert [line.card.slug for line in asked().board.apart] == ["elm"]
    assert places("missing=marked") == [("oak", 1), ("elm", None)]
    assert asked("missing=marked").board.apart == []
    assert places("missing=hidden") == [("oak", 1)]
    assert "1 model that lacks a score is hidden." in notes(asked("missing=hidden"))


def test_by_one_column_all_that_have_it_are_ranked() -> None:
    make_model("Oak", {"one": 0.5, "two": 0.5})
    make_model("Elm", {"one": 0.9})
    assert places("sort=-one") == [("elm", 1), ("oak", 2)]
    assert places("sort=one") == [("oak", 2), ("elm", 1)]
    assert places("sort=-two") == [("oak", 1), ("elm", None)]


def test_only_scores_that_were_measured_alike_are_ranked() -> None:
    for name in ("Oak", "Elm"):
        make_model(name, {"one": 0.5})
    make_model("Bert", {"one": 0.9}, comparable_key="pseudo")
    found = asked()
    assert places()[-1] == ("bert", None)
    assert found.board.unlike == 1
    assert any("marked ≠" in note for note in notes(found))


def test_limited_runs_and_values_that_are_no_numbers_are_kept_out_and_counted() -> None:
    oak = make_model("Oak", {"one": 0.5})
    make_score(make_cell(make_checkpoint(), task_of("one"), "done", settings={"limit": 5}))
    make_score(make_cell(make_checkpoint(), task_of("one"), "done"), value=math.inf)
    found = asked()
    assert [line.card.slug for line in found.everything] == [oak.card.slug]
    assert found.board.kept_out == {"limited": 1, "not finite": 1}


def test_published_values_are_in_order_without_a_place() -> None:
    benchmark = make_benchmark("arc")
    for name, value in (("Oak", 0.5), ("Elm", 0.7)):
        make_published(make_card(name), benchmark, value)
    assert places("origin=published") == [("elm", None), ("oak", None)]
    found = asked("origin=published")
    assert found.ties is None
    assert "no place is given" in notes(found)[0]


def test_two_sources_of_one_value_are_both_told() -> None:
    benchmark, card = make_benchmark("arc"), make_card("Oak")
    make_published(card, benchmark, 0.5, confidence="unchecked")
    make_published(card, benchmark, 0.6, source="another paper")
    (line,) = asked().everything
    assert line.entries[0].shown == 0.6
    assert [other.value for other in line.entries[0].others] == [0.5]


def test_origins_never_mix() -> None:
    oak = make_model("Oak", {"one": 0.5})
    make_imported(oak, task_of("one"), 0.9)
    make_published(oak.card, make_benchmark("one"), 0.7)
    for origin, value in (("measured", 0.5), ("imported", 0.9), ("published", 0.7)):
        (line,) = asked(f"origin={origin}").everything
        assert line.entries[0].shown == value


def test_values_above_chance_and_columns_without_a_known_chance() -> None:
    make_benchmark("guess", chance=0.5)
    make_model("Oak", {"guess": 0.75, "other": 0.1})
    make_model("Elm", {"guess": 0.4, "other": 0.2})
    found = asked("values=normalised")
    guess, other = (
        next(at for at, one in enumerate(found.board.columns) if one.subject == word) for word in ("guess", "other")
    )
    shown = {line.card.slug: (line.entries[guess].shown, line.entries[other].shown) for line in found.everything}
    assert shown == {"oak": (0.5, 0.1), "elm": (pytest.approx(-0.2), 0.2)}
    assert found.board.columns[other].not_counted == "what a blind guess scores is not known"


def test_less_is_better_where_the_metric_says_so() -> None:
    for name, value in (("Oak", 12.0), ("Elm", 8.0)):
        cell = make_cell(make_checkpoint(make_card(name)), task_of("words"), "done")
        make_score(cell, "word_perplexity", value, higher_is_better=False)
    assert places() == [("elm", 1), ("oak", 2)]
    assert asked().board.columns[0].not_counted == "it is no share of right answers"


def test_nothing_is_ranked_where_the_direction_is_not_known() -> None:
    for name, value in (("Oak", 12.0), ("Elm", 8.0)):
        cell = make_cell(make_checkpoint(make_card(name)), task_of("bias"), "done")
        make_score(cell, "pct_stereotype", value, higher_is_better=None)
    assert {place for _slug, place in places()} == {None}


def test_models_are_chosen_by_family_and_size() -> None:
    make_model("Oak", {"one": 0.5}, parameters=10**9)
    make_model("Elm", {"one": 0.6}, parameters=10**10)
    make_model("Ash", {"one": 0.7}, architecture_family="encoder-only", parameters=10**9)
    assert places("parameters_max=2B&architecture_family=decoder-only") == [("oak", 1)]


def test_facts_can_be_the_order_and_places_stay_those_of_the_scores() -> None:
    make_model("Oak", {"one": 0.5}, parameters=3)
    make_model("Elm", {"one": 0.6}, parameters=2)
    assert places("sort=-parameters") == [("oak", 2), ("elm", 1)]
    assert places("sort=name") == [("elm", 1), ("oak", 2)]


def test_several_shots_are_columns_of_their_own() -> None:
    make_model("Oak", {"one": 0.5})
    make_model("Elm", {"one": 0.6}, shots=5)
    found = asked("tasks=one&shots=0,5")
    assert [column.word for column in found.board.columns] == ["one@0", "one@5"]
    assert places("tasks=one&shots=0,5&sort=-one@5") == [("elm", 1), ("oak", None)]


def test_hidden_models_are_on_nobodys_board_but_their_own() -> None:
    owner = make_user()
    checkpoint = make_model("Oak", {"one": 0.5}, visibility="restricted")
    checkpoint.card.owner = owner
    checkpoint.card.save()
    assert places() == []
    assert asked().offer.tasks == ()
    assert len(asked("", owner).everything) == 1


def test_an_empty_board_is_no_error() -> None:
    for query in ("", "tasks=nothing", "sort=-one", "sort=-parameters&values=normalised", "page=9"):
        assert asked(query).everything == []


def test_a_page_behind_the_last_is_the_last() -> None:
    for number in range(3):
        make_model(f"Oak {number}", {"one": number / 10})
    assert [line.card.slug for line in asked("page_size=2&page=7").page] == ["oak-0"]


def test_a_win_rate_over_fewer_tasks_gives_no_place() -> None:
    make_model("Oak", {"one": 0.9, "two": 0.5})
    make_model("Elm", {"one": 0.5, "two": 0.4})
    make_model("Ash", {"one": 0.95})
    assert places("sort=-win_rate") == [("oak", 1), ("elm", 2), ("ash", None)]
    (ash,) = asked("sort=-win_rate").board.apart
    assert ash.win_rate == 1.0


def test_the_mean_win_rate_meets_those_who_have_a_value() -> None:
    make_model("Oak", {"one": 0.9, "two": 0.1})
    make_model("Elm", {"one": 0.5})
    make_model("Ash", {"one": 0.1, "two": 0.9})
    rates = {line.card.slug: line.win_rate for line in asked("columns=win_rate").everything}
    assert rates == {"oak": 0.5, "elm": 0.5, "ash": 0.5}


def test_queries_do_not_grow_with_the_models(django_assert_max_num_queries: object) -> None:
    for number in range(30):
        make_model(f"Oak {number}", {"one": number / 100, "two": number / 50})
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        assert len(asked().everything) == 30
