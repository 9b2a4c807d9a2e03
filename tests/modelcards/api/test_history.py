"""``GET models/<slug>/history``, one change of it, and taking it back."""

import pytest

from tests.factories import make_card, make_fact, make_user
from tests.modelcards.api.asking import change, is_problem, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(db, signed_in):
    """An editor's, who has changed a model three times."""
    found = signed_in(make_user("editor", is_superuser=True))
    for name in ("Oak", "Elm"):
        make_fact(make_card(name), "name", name)
    make_fact(make_card("Hidden", visibility="restricted"), "name", "Hidden")
    for body in (
        {"parameters": "7B"},
        {"card_text": "One"},
        {"base_models": ["hidden"], "relation": "finetune", "readers": ["editor"]},
    ):
        assert change(found, "oak", body).status_code == 200
    return found


def ask(client, more=""):
    return client.get(f"/api/v1/models/oak/history{more}").json()


def test_changes_are_listed_newest_first_without_their_texts(browser):
    found = ask(browser)
    assert (found["count"], found["next"]) == (3, None)
    last, text, first = found["items"]
    assert (first["by"], first["version"], first["created"]) == ("editor", 2, False)
    assert first["after"]["parameters"] == "7B"
    assert (text["text_changed"], text["before"], text["after"]) == (True, {}, {})
    assert (last["after"]["base_model"], last["after"]["relation"], last["after"]["readers"]) == (
        "hidden",
        "finetune",
        "editor",
    )


def test_a_change_is_read_with_its_text(browser):
    pk = ask(browser)["items"][1]["id"]
    assert ask(browser, f"/{pk}")["after"] == {"card_text": "One"}
    for other in (987654, 2**70):
        assert is_problem(browser.get(f"/api/v1/models/oak/history/{other}"), 404)
    assert is_problem(browser.get(f"/api/v1/models/elm/history/{pk}"), 404)


def test_hidden_models_and_readers_are_not_named(browser, client):
    found = ask(client)
    assert found["items"][0]["after"] == {}
    assert "hidden" not in str(found)
    assert "readers" not in str(ask(client, f"/{found['items'][0]['id']}"))


def test_the_list_goes_on(browser):
    first = ask(browser, "?page_size=2")
    assert len(first["items"]) == 2
    assert len(browser.get(first["next"]).json()["items"]) == 1


def test_a_change_is_taken_back_once(browser, client, stranger, signed_in):
    pk = ask(browser)["items"][-1]["id"]
    path = f"models/oak/history/{pk}/revert"
    assert is_problem(send(client, "post", path), 401)
    assert is_problem(send(signed_in(stranger), "post", path), 403)
    answer = send(browser, "post", path)
    assert (answer.status_code, answer.json()["parameters"]) == (200, None)
    change(browser, "oak", {"parameters": "8B"})
    again = send(browser, "post", path)
    assert is_problem(again, 409)
    assert again.json()["changes"][0]["by"] == "editor"
    assert is_problem(send(browser, "post", "models/oak/history/987654/revert"), 404)
