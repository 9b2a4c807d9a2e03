"""The history of a card: every change in words, its difference, and taking it back."""

import re

import pytest

from modelcards.actions import fact_choose
from modelcards.actions.card_edit import card_edit
from modelcards.edits import CardEdit, StatedFact
from modelcards.models import CardChange, ModelCard
from tests.factories import make_card, make_fact, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return make_user("editor", is_superuser=True, is_staff=True)


@pytest.fixture
def card():
    card = make_card("Oak")
    make_fact(card, "name", "Oak")
    return card


def edited(card, user, **changes):
    """The change that an edit notes."""
    now = ModelCard.objects.get(pk=card.pk)
    card_edit(user=user, card=now, version=now.version, changes=CardEdit(**changes))
    return CardChange.objects.order_by("-pk").first()


def page_of(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def address(change, suffix=""):
    return f"/models/{change.card.slug}/history/{change.pk}/{suffix}"


def test_each_change_is_a_sentence_with_who_and_when(client, card, editor):
    edited(card, editor, facts={"parameters": StatedFact("7B", "a paper")})
    edited(card, editor, facts={"parameters": StatedFact("8B", "a blog")})
    edited(card, editor, facts={"parameters": StatedFact("")})
    page = page_of(client, "/models/oak/history/")
    sentences = [
        "Parameters set to <ins>7B</ins>.",
        "Parameters changed from <del>7B</del> to <ins>8B</ins>.",
        "Parameters taken back; it was <del>8B</del>.",
    ]
    places = [page.index(sentence) for sentence in sentences]
    assert places == sorted(places, reverse=True)
    assert page.count("<b>editor</b>") == 3
    assert page.count("<time datetime=") == 3


def test_a_new_text_is_compared_line_by_line(client, card, editor):
    edited(card, editor, text="One.\n\nThe model is small.\n")
    change = edited(card, editor, text="One.\n\nThe language model is small.\n")
    page = page_of(client, address(change))
    assert "The <ins>language </ins>model is small." in page
    assert "1 lines in" not in page
    assert "1 line in, 1 line out" in page


def test_the_list_of_changes_leaves_texts_in_the_database(client, card, editor, django_assert_max_num_queries):
    for number in range(30):
        edited(card, editor, text=f"text {number} " * 5_000)
    with django_assert_max_num_queries(5):
        page = page_of(client, "/models/oak/history/")
    assert "text 29 text 29" not in page
    assert page.count("Card text was renewed.") == 25
    assert "1–25 of 30 changes" in page
    assert page_of(client, "/models/oak/history/?page=2").count("Card text was renewed.") == 5
    assert page_of(client, "/models/oak/history/?page=nonsense").count("Card text was renewed.") == 25


def test_markup_in_values_and_texts_is_text(client, card, editor):
    evil = "<script>alert(1)</script>"
    change = edited(card, editor, text=evil, facts={"limits": StatedFact(evil, evil)})
    for page in (page_of(client, "/models/oak/history/"), page_of(client, address(change))):
        assert evil not in page
        assert "&lt;script&gt;alert(1)" in page


def test_an_editor_takes_a_change_back(signed_in, card, editor):
    edited(card, editor, facts={"parameters": StatedFact("7B", "a paper")})
    change = edited(card, editor, facts={"parameters": StatedFact("8B", "a blog")})
    browser = signed_in(editor)
    assert "Take this change back" in page_of(browser, address(change))
    response = browser.post(address(change, "revert/"), follow=True)
    assert response.redirect_chain == [("/models/oak/history/", 302)]
    assert "The change of editor was taken back." in response.content.decode()
    assert ModelCard.objects.get(pk=card.pk).parameters == 7 * 10**9


def test_what_was_changed_again_since_is_not_taken_back(signed_in, card, editor):
    change = edited(card, editor, facts={"parameters": StatedFact("7B", "a paper")})
    edited(card, editor, facts={"parameters": StatedFact("8B", "a blog")})
    response = signed_in(editor).post(address(change, "revert/"))
    assert response.status_code == 409
    assert "Parameters, by editor" in response.content.decode()
    assert ModelCard.objects.get(pk=card.pk).parameters == 8 * 10**9


def test_a_stranger_is_offered_nothing_and_refused(signed_in, client, card, editor, stranger):
    change = edited(card, editor, facts={"parameters": StatedFact("7B", "a paper")})
    browser = signed_in(stranger)
    assert "Take this change back" not in page_of(browser, address(change))
    assert browser.post(address(change, "revert/")).status_code == 403
    assert client.post(address(change, "revert/")).status_code == 302
    assert browser.get(address(change, "revert/")).status_code == 405
    assert ModelCard.objects.get(pk=card.pk).parameters == 7 * 10**9


def test_a_change_of_another_card_is_not_found_under_this_one(client, card, editor):
    change = edited(card, editor, text="One.")
    make_card("Elm")
    assert client.get(f"/models/elm/history/{change.pk}/").status_code == 404


def test_a_hidden_card_has_no_history_for_strangers(client, signed_in, owner, stranger):
    card = make_card("Oak", visibility="restricted", owner=owner)
    change = CardChange.objects.create(card=card, by="owner", after={"name": "Oak"})
    for browser in (client, signed_in(stranger)):
        for path in ("/models/oak/history/", address(change), "/models/oak/descendants/"):
            assert browser.get(path).status_code == 404
    assert signed_in(owner).get(address(change)).status_code == 200


def test_a_hidden_base_model_is_named_to_nobody_else(client, signed_in, owner, teammate, stranger):
    """Not even to who may change the card that was made from it."""
    base = make_card("Secret Root", visibility="restricted", owner=owner)
    base.readers.add(teammate)
    card = make_card("Oak", owner=stranger)
    change = CardChange.objects.create(
        card=card, by="owner", after={"base_model": "secret-root", "relation": "finetune", "layers": "3"}
    )
    for path in ("/models/oak/", "/models/oak/history/", address(change)):
        for browser in (client, signed_in(stranger)):
            assert "secret-root" not in page_of(browser, path)
            assert "Base model" not in page_of(browser, path)
        assert "secret-root" in page_of(signed_in(teammate), path)


def test_with_whom_a_card_was_shared_is_told_to_who_may_change_it(client, signed_in, card, editor, teammate):
    CardChange.objects.create(
        card=card, by="x", before={"readers": ""}, after={"readers": "teammate", "visibility": "public"}
    )
    assert "teammate" not in page_of(client, "/models/oak/history/")
    assert "Who may read it set to <ins>public</ins>." in page_of(client, "/models/oak/history/")
    assert "teammate" in page_of(signed_in(editor), "/models/oak/history/")


def test_choosing_another_fact_makes_it_the_cards_own(signed_in, card, editor, stranger, client):
    make_fact(card, "parameters", "7B")
    other = make_fact(card, "parameters", "8B", source="a blog", chosen=False)
    choose = f"/models/oak/facts/{other.pk}/choose/"
    assert "Choose this" in page_of(signed_in(editor), "/models/oak/")
    assert "Choose this" not in page_of(signed_in(stranger), "/models/oak/")
    assert signed_in(stranger).post(choose).status_code == 403
    assert client.post(choose).status_code == 302
    response = signed_in(editor).post(choose)
    assert response["Location"] == "/models/oak/#fact-parameters"
    page = page_of(client, "/models/oak/")
    assert ModelCard.objects.get(pk=card.pk).parameters == 8 * 10**9
    assert "chosen by editor" in page
    assert "states <b>7B</b>" in page


def test_a_fact_of_another_card_cannot_be_chosen_through_this_one(signed_in, card, editor):
    other = make_fact(make_card("Elm"), "parameters", "8B", chosen=False)
    assert signed_in(editor).post(f"/models/oak/facts/{other.pk}/choose/").status_code == 404


def test_choosing_is_noted(client, card, editor):
    make_fact(card, "parameters", "7B")
    fact_choose(user=editor, fact=make_fact(card, "parameters", "8B", source="a blog", chosen=False))
    assert "Parameters changed from <del>7B</del> to <ins>8B</ins>." in page_of(client, "/models/oak/")
