"""``GET models``: filters, counts of facets, walks."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from modelcards.actions import card_archive
from tests.factories import make_card, make_checkpoint, make_lineage, make_organisation, make_user
from tests.modelcards.api.asking import is_problem

pytestmark = pytest.mark.django_db
MODELS = "/api/v1/models"


def slugs(answer):
    return [model["slug"] for model in answer.json()["items"]]


def walk(client, path=f"{MODELS}?cursor=*&page_size=2", between=lambda step: None):
    found, step = [], 0
    while path:
        answer = client.get(path).json()
        found += [model["slug"] for model in answer["items"]]
        path, step = answer["next"], step + 1
        between(step)
    return found


def test_facets_are_counted_on_demand_as_on_the_page(client, owner):
    make_card("Oak", stage="base")
    make_card("Elm", stage="finetuned", architecture_family="encoder-only")
    make_card("Ash", stage="base", architecture_family="encoder-only")
    make_card("Hidden", stage="base", visibility="restricted", owner=owner)
    assert "facets" not in client.get(MODELS).json()
    answer = client.get(f"{MODELS}?stage=base&facets=stage,architecture_family").json()
    assert list(answer["facets"]) == ["stage", "architecture_family"]
    counts = {one["value"]: (one["count"], one["chosen"]) for one in answer["facets"]["stage"]}
    assert (counts["base"], counts["finetuned"]) == ((2, True), (1, False))
    families = {one["value"]: one["count"] for one in answer["facets"]["architecture_family"]}
    assert (families["decoder-only"], families["encoder-only"]) == (1, 1)
    every = client.get(f"{MODELS}?facets=all").json()["facets"]
    assert {"organisation", "language", "has_scores", "tokens_per_parameter", "relation"} <= set(every)
    assert next(one["name"] for one in every["stage"] if one["value"] == "finetuned") == "Fine-tuned"


def test_an_unknown_facet_is_named(client):
    answer = client.get(f"{MODELS}?facets=stage,colour")
    assert is_problem(answer, 422)
    assert "“colour” is not known" in answer.json()["errors"]["facets"][0]


def test_the_newer_filters_work_and_those_of_the_page_alone_are_passed_over(client):
    make_card("Chinchilla", parameters=70 * 10**9, training_tokens=1400 * 10**9)
    make_card("Other", parameters=10**9, training_tokens=10**9)
    answer = client.get(f"{MODELS}?tokens_per_parameter=20-100&view=scatter&columns=name,stage&chosen=other")
    assert slugs(answer) == ["chinchilla"]
    assert is_problem(client.get(f"{MODELS}?tokens_per_parameter=many"), 422)


def test_a_walk_meets_every_model_once(client):
    for number in range(5):
        make_card(f"Card {number}", parameters=10 - number)
    assert walk(client) == [f"card-{number}" for number in range(5)]
    assert walk(client, f"{MODELS}?cursor=&page_size=2&parameters_min=7") == [f"card-{number}" for number in range(4)]


def test_models_that_come_and_go_during_a_walk_neither_repeat_nor_stop_it(client):
    editor = make_user("editor", is_superuser=True)
    cards = [make_card(f"Card {number}") for number in range(6)]

    def between(step):
        if step == 1:  # the last one met, one met before it, and one that is to come
            for card in (cards[1], cards[0], cards[3]):
                card_archive(user=editor, card=card)
            make_card("Late")

    assert walk(client, between=between) == ["card-0", "card-1", "card-2", "card-4", "card-5", "late"]


@pytest.mark.parametrize("word", ["x", "**", "MTIz", "9" * 40, "é", "MS5hYmM", "MS4wMTIzNDU2Nzg5YWJjZGVm"])
def test_a_cursor_that_is_none_is_refused(client, word):
    answer = client.get(f"{MODELS}?cursor={word}")
    assert is_problem(answer, 422)
    assert list(answer.json()["errors"]) == ["cursor"]


def test_a_cursor_belongs_to_its_filters(client):
    for number in range(3):
        make_card(f"Card {number}")
    onward = client.get(f"{MODELS}?cursor=*&page_size=1").json()["next"]
    answer = client.get(f"{onward}&stage=base")
    assert is_problem(answer, 422)
    assert "other filters" in answer.json()["errors"]["cursor"][0]
    assert slugs(client.get(onward.replace("page_size=1", "page_size=2"))) == ["card-1", "card-2"]


def test_a_walk_has_an_order_of_its_own(client):
    answer = client.get(f"{MODELS}?cursor=*&sort=name&page=2")
    assert is_problem(answer, 422)
    assert set(answer.json()["errors"]) == {"sort", "page"}


def test_a_walk_meets_only_what_the_reader_may_see(client, owner, signed_in):
    make_card("Open")
    make_card("Hidden", visibility="restricted", owner=owner)
    assert walk(client) == ["open"]
    assert walk(signed_in(owner)) == ["open", "hidden"]


def test_a_list_costs_the_same_queries_however_long(client):
    def queries():
        client.get(MODELS)  # takes in what is new in the catalog
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"{MODELS}?page_size=100").status_code == 200
        return len(captured)

    def more(count):
        for _ in range(count):
            card, base = make_card(), make_card()
            make_lineage(card, base)
            make_checkpoint(card)
            make_organisation(cards=[card])

    more(1)
    few = queries()
    more(8)
    assert queries() == few


def test_base_models_that_the_reader_may_not_see_are_left_out(client, owner, signed_in):
    child, hidden, shown = (
        make_card("Child"),
        make_card("Base", visibility="restricted", owner=owner),
        make_card("Root"),
    )
    make_lineage(child, hidden)
    make_lineage(child, shown)
    assert client.get(f"{MODELS}/child").json()["base_models"] == ["root"]
    assert signed_in(owner).get(f"{MODELS}/child").json()["base_models"] == ["base", "root"]


def test_a_list_does_not_read_the_texts_of_cards(client):
    make_card("Long", card_text="x" * 1000)
    client.get(MODELS)
    with CaptureQueriesContext(connection) as captured:
        assert slugs(client.get(MODELS)) == ["long"]
    assert not any('"card_text"' in query["sql"] for query in captured)
