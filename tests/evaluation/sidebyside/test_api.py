"""``GET compare/samples`` gives what the page shows."""

import math

import pytest

from evaluation.outcomes.kept import KEPT
from tests.evaluation.sidebyside.rows import make_side
from tests.factories import make_benchmark, make_card, make_task, make_user

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/compare/samples"


@pytest.fixture(autouse=True)
def nothing_kept():
    KEPT.clear()


@pytest.fixture
def pair():
    task = make_task("trees")
    return [make_side(make_card(name), task, right) for name, right in (("Oak", [1, 1, 0]), ("Elm", [1, 0, math.nan]))]


def ask(client, **words):
    return client.get(ADDRESS, {"models": "oak,elm", "task": "trees", **words})


def test_documents_come_with_every_models_answer(client, pair):
    found = ask(client, right="oak", wrong="elm").json()
    assert (found["models"], found["task"], found["num_fewshot"], found["metric"]) == (
        ["oak", "elm"],
        "trees",
        0,
        "acc",
    )
    assert (found["shared"], found["count"], found["comparable"], found["next"]) == (3, 1, True, None)
    assert found["parting"] == [[0, 1], [0, 0]]
    (document,) = found["items"]
    assert (document["number"], document["choices"], document["target_choice"]) == (1, ["yes", "no"], 0)
    oak, elm = document["answers"]
    assert (oak["model"], oak["value"], oak["preferred"], elm["preferred"]) == ("oak", 1.0, 0, 1)
    assert oak["probability"] == oak["probabilities"][0] == pytest.approx(1 / (1 + math.exp(-1)))
    assert oak["loglikelihoods"] == [-1.0, -2.0]
    assert document["prompts"] == ["Q: d1\nA:"]


def test_it_is_walked_part_by_part_and_a_value_that_is_no_number_is_null(client, pair):
    first = ask(client, page_size=2).json()
    assert [one["number"] for one in first["items"]] == [0, 1]
    last = client.get(first["next"]).json()
    assert [one["number"] for one in last["items"]] == [2]
    assert last["items"][0]["answers"][1]["value"] is None
    assert last["next"] is None


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ({"models": "oak"}, 422),
        ({"models": "oak,oak"}, 422),
        ({"models": ",".join(f"m{number}" for number in range(9))}, 404),
        ({"models": "oak,nobody"}, 404),
        ({"task": ""}, 422),
        ({"task": "other"}, 404),
        ({"num_fewshot": "5"}, 404),
        ({"page_size": "1000"}, 422),
    ],
)
def test_what_cannot_be_answered_is_a_problem(client, pair, words, status):
    answer = ask(client, **words)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"


def test_documents_that_ask_not_to_be_published_are_given_to_nobody(client, pair):
    make_benchmark("trees", show_samples=False)
    client.force_login(make_user())
    answer = ask(client)
    assert answer.status_code == 403
    assert "Q: d1" not in answer.content.decode()
