"""GET compare: the page's tables as data."""

import pytest

from tests.evaluation.comparison.rows import make_measured
from tests.factories import make_benchmark, make_card, make_checkpoint, make_published, make_task

pytestmark = pytest.mark.django_db
BAD, GOOD = [1.0] * 40 + [0.0] * 60, [1.0] * 80 + [0.0] * 20


def ask(client, query: str, status: int = 200):
    response = client.get(f"/api/v1/compare?{query}")
    assert response.status_code == status, response.content
    return response.json()


@pytest.fixture
def three():
    make_benchmark("quiz")
    task, cards = make_task("quiz"), [make_card(name) for name in ("Oak", "Elm", "Ash")]
    for card, right in zip(cards, (BAD, GOOD, GOOD), strict=True):
        make_measured(card, task, right)
    return cards


def test_every_pair_comes_with_its_test(client, three) -> None:
    [row] = ask(client, "models=oak,elm,ash")["rows"]
    assert [(pair["first"], pair["second"]) for pair in row["pairs"]] == [
        ("oak", "elm"),
        ("oak", "ash"),
        ("elm", "ash"),
    ]
    first = row["pairs"][0]
    assert (first["method"], first["n"], first["only_first"], first["only_second"]) == ("paired-binary", 100, 0, 40)
    assert first["difference"] == pytest.approx(-0.4)
    assert first["interval"][0] < -0.4 < first["interval"][1] < 0
    assert first["p"] < first["p_adjusted"] < 0.001
    assert first["agreement"] == pytest.approx(0.6)
    assert row["pairs"][2]["p"] == 1.0
    assert [score["letters"] for score in row["scores"]] == ["b", "a", "a"]
    assert [score["ranks"] for score in row["scores"]] == [[3, 3], [1, 2], [1, 2]]


def test_the_standing_says_what_it_is_of(client, three) -> None:
    standing = ask(client, "models=oak,elm,ash")["standing"]
    assert standing["used"] == [{"name": "quiz", "num_fewshot": 0, "models": []}]
    assert standing["places"][-1]["model"] == "oak"
    assert standing["places"][-1]["rank_interval"] == [3, 3]


def test_the_best_of_each_row_may_be_the_baseline(client, three) -> None:
    found = ask(client, "models=oak,elm,ash&baseline=best")
    assert (found["baseline"], found["rows"][0]["against"]) == ("best", "elm")
    assert [score["verdict"] and score["verdict"]["kind"] for score in found["rows"][0]["scores"]] == [
        "worse",
        None,
        "same",
    ]


def test_published_values_have_neither_pairs_nor_standing(client) -> None:
    benchmark = make_benchmark("quiz")
    for name in ("Oak", "Elm"):
        make_published(make_card(name), benchmark)
    found = ask(client, "models=oak,elm")
    assert found["rows"][0]["pairs"] == []
    assert found["standing"] is None


@pytest.mark.parametrize(
    ("query", "status", "told"),
    [
        ("models=oak", 422, "two to 8"),
        ("models=", 422, "two to 8"),
        ("models=oak,elm,oak", 422, "Named twice: oak"),
        ("models=oak,elm,oak@main", 422, "Named twice: oak@main"),
        ("models=oak,nobody", 404, "nobody"),
        ("models=" + ",".join(f"tree{n}" for n in range(9)), 422, "two to 8"),
    ],
)
def test_what_cannot_be_compared_is_a_problem_that_says_why(client, query, status, told) -> None:
    make_checkpoint(make_card("Oak"))
    make_card("Elm")
    for n in range(9):
        make_card(f"Tree{n}")
    assert told in str(ask(client, query, status))


@pytest.mark.parametrize("table", ["scores", "pairs", "ranks", "facts", "seeds"])
@pytest.mark.parametrize("format", ["csv", "json", "latex", "markdown"])
def test_every_table_leaves_in_every_format(client, three, table, format) -> None:
    response = client.get(f"/compare/?models=oak,elm,ash&format={format}&table={table}")
    assert response.status_code == 200
    assert "attachment" in response["Content-Disposition"]


def test_a_file_of_pairs_holds_what_the_page_says(client, three) -> None:
    rows = client.get("/compare/?models=oak,elm,ash&format=json&table=pairs").json()["rows"]
    assert (rows[0]["first"], rows[0]["second"], rows[0]["method"]) == ("Oak", "Elm", "paired-binary")
    assert client.get("/compare/?models=oak,elm&format=xml").status_code == 422


@pytest.mark.parametrize("format", ["csv", "json", "latex", "markdown"])
def test_pairs_that_could_not_be_tested_leave_with_the_reason(client, format) -> None:
    quiz = make_benchmark("quiz")
    for name, value in (("Yew", 0.5), ("Fir", 0.75)):
        make_published(make_card(name), quiz, value=value)
    response = client.get(f"/compare/?models=yew,fir&format={format}&table=pairs")
    assert response.status_code == 200
    if format == "json":
        (row,) = response.json()["rows"]
        assert (row["difference"], row["p"], row["detectable"]) == (-0.25, None, None)
        assert row["reason"]
