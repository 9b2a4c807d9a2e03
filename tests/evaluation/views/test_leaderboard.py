"""The leaderboard's page, its files and its data."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from tests.evaluation.leaderboard.rows import make_answering, make_model
from tests.evaluation.leaderboard.test_ties import answers
from tests.factories import make_benchmark, make_card, make_published

pytestmark = pytest.mark.django_db
ADDRESS, API = "/leaderboard/", "/api/v1/leaderboard"


def page(client: Client, query: str = "") -> str:
    """What the page says."""
    response = client.get(f"{ADDRESS}?{query}", follow=True)
    assert response.status_code == 200
    return response.content.decode()


def test_it_shows_models_in_order_with_a_bracket_round_those_that_tie(client: Client) -> None:
    for name, right in (("Oak", 190), ("Elm", 188), ("Ash", 60)):
        make_answering(name, {"one": answers(right)})
    found = page(client)
    assert found.index(">Oak</a>") < found.index(">Elm</a>") < found.index(">Ash</a>")
    assert "Cannot be told apart from Elm" in found
    assert '<i class="lane first"></i>' in found
    assert "3 pairs tested (3 on the same documents)" in found


def test_nothing_measured_is_a_page_that_says_so(client: Client) -> None:
    assert "No scores yet" in page(client)
    assert "No score for this choice" in page(client, "tasks=nothing&origin=imported")


@pytest.mark.parametrize(
    "query",
    ["shots=x&weights=y&values=z&page=0", "sort=%00&tasks=%00", "pin=nobody&sort=-nothing", "columns=,,&page=99"],
)
def test_bad_words_are_named_and_never_break_the_page(client: Client, query: str) -> None:
    make_model("Oak", {"one": 0.5})
    assert "Oak" in page(client, query)


def test_what_was_not_understood_is_said(client: Client) -> None:
    assert "is no number of shots" in page(client, "shots=many")


def test_a_form_leads_to_the_short_address(client: Client) -> None:
    response = client.get(f"{ADDRESS}?tasks=a&tasks=b&weight.a=2&weight.b=1&metric=&search=")
    assert (response.status_code, response["Location"]) == (302, f"{ADDRESS}?tasks=a,b&weights=a:2")


def test_a_pinned_model_stands_above_and_can_be_compared(client: Client) -> None:
    for name in ("Oak", "Elm"):
        make_model(name, {"one": 0.5})
    found = page(client, "pin=oak,elm")
    assert "Unpin Oak" in found
    assert "/compare/?models=oak,elm" in found


def test_missing_cells_can_be_queued(client: Client) -> None:
    make_model("Oak", {"one": 0.5, "two": 0.5})
    make_model("Elm", {"one": 0.5})
    assert "/evaluations/new/?models=elm&amp;tasks=two&amp;num_fewshot=0" in page(client)


def test_published_values_have_no_place_and_say_why(client: Client) -> None:
    benchmark = make_benchmark("arc")
    make_published(make_card("Oak"), benchmark, 0.5)
    found = page(client)
    assert "no place is given and no ties are known" in found
    assert "Highest printed value" in found


@pytest.mark.parametrize("format", ["csv", "json", "latex", "markdown"])
@pytest.mark.parametrize("table", ["board", "scores"])
def test_the_board_leaves_in_every_format(client: Client, format: str, table: str) -> None:
    make_model("Oak", {"one": 0.5})
    response = client.get(f"{ADDRESS}?format={format}&table={table}")
    assert response.status_code == 200
    assert b"oak" in response.content
    assert b"0.5" in response.content


def test_the_data_is_that_of_the_page(client: Client) -> None:
    for name, right in (("Oak", 190), ("Ash", 60)):
        make_answering(name, {"one": answers(right)})
    found = client.get(f"{API}?page_size=1").json()
    assert (found["count"], found["origin"], found["pairs_tested"]) == (2, "measured", 1)
    (row,) = found["items"]
    assert (row["model"], row["place"], row["places"], row["ties"]) == ("oak", 1, [1, 1], "a")
    assert (row["scores"][0]["column"], row["scores"][0]["value"]) == ("one", 0.95)
    following = client.get(found["next"]).json()
    assert [one["model"] for one in following["items"]] == ["ash"]
    assert following["next"] is None
    assert client.get(f"{API}?page=9").json()["items"] == []


def test_wrong_words_are_a_problem_for_programs(client: Client) -> None:
    response = client.get(f"{API}?shots=many")
    assert (response.status_code, response["Content-Type"]) == (422, "application/problem+json")
    assert list(json.loads(response.content)["errors"]) == ["shots"]


def test_the_page_of_many_models_asks_no_more_questions(client: Client, django_assert_max_num_queries: object) -> None:
    for number in range(30):
        make_model(f"Oak {number}", {"one": number / 100, "two": number / 50})
    page(client)
    with django_assert_max_num_queries(24):  # type: ignore[operator]
        page(client)


def test_printed_values_make_no_model_the_best_of_its_size(client: Client) -> None:
    quiz = make_benchmark("quiz")
    for name, value in (("Oak", 0.9), ("Elm", 0.5)):
        make_published(make_card(name, parameters=7 * 10**9), quiz, value=value)
    found = page(client, "origin=published")
    assert "Highest printed value of each size" in found
    assert "The best of its size on this board" not in found
