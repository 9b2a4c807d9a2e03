"""Changes are taken back, as new changes."""

import pytest

from modelcards.actions import (
    NotAllowed,
    card_archive,
    card_create,
    card_edit,
    card_rename,
    card_revert,
    card_share,
    cards_load,
    claims_load,
)
from modelcards.edits import CardEdit, EditConflict, EditErrors, StatedFact
from modelcards.models import CardChange, Fact, ModelCard
from modelcards.statements import Statement
from tests.factories import make_card, make_fact, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def card(owner):
    card = make_card("Oak", owner=owner, parameters=7 * 10**9, card_text="Old.")
    make_fact(card, "name", "Oak", source="A paper")
    make_fact(card, "parameters", "7B", source="A paper", catalog="models.csv", confidence="checked")
    return card


def edit(person, card, text=None, **facts):
    given = {key: StatedFact(value, "A report") for key, value in facts.items()}
    now = ModelCard.objects.get(pk=card.pk)
    return card_edit(user=person, card=card, version=now.version, changes=CardEdit(given, text))


def last():
    return CardChange.objects.order_by("pk").last()


def test_facts_sources_and_text_come_back(card, owner):
    edit(owner, card, "New.", parameters="6B", layers="9")
    card = card_revert(user=owner, change=last())
    assert (card.parameters, card.layers, card.card_text, card.version) == (7 * 10**9, None, "Old.", 3)
    fact = Fact.objects.get(field="parameters", chosen=True)
    assert (fact.value, fact.source, fact.confidence, fact.catalog) == ("7B", "A paper", "checked", "models.csv")
    assert last().after["parameters"] == "7B"
    card_revert(user=owner, change=last())
    assert ModelCard.objects.get().parameters == 6 * 10**9


def test_a_change_of_the_source_alone_comes_back(card, owner):
    edit(owner, card, parameters="7B")
    card_revert(user=owner, change=last())
    assert Fact.objects.get(field="parameters", chosen=True).source == "A paper"


def test_a_value_that_was_withdrawn_comes_back_with_its_source(card, owner):
    edit(owner, card, layers="9")
    edit(owner, card, layers="")
    assert not Fact.objects.filter(field="layers").exists()
    card_revert(user=owner, change=last())
    fact = Fact.objects.get(field="layers", chosen=True)
    assert (fact.value, fact.source, fact.chosen_by) == ("9", "A report", "owner")
    assert not card.withdrawals.exists()


def test_what_was_changed_later_is_named_and_nothing_is_reverted(card, owner):
    edit(owner, card, "New.", parameters="6B", layers="9")
    first = last()
    edit(owner, card, parameters="5B")
    with pytest.raises(EditConflict) as refused:
        card_revert(user=owner, change=first)
    assert (refused.value.fields, refused.value.who) == (("parameters",), "owner")
    assert ModelCard.objects.get().card_text == "New."


def test_a_later_change_that_was_taken_back_is_no_conflict(card, owner):
    edit(owner, card, parameters="6B")
    first = last()
    edit(owner, card, parameters="5B")
    card_revert(user=owner, change=last())
    assert card_revert(user=owner, change=first).parameters == 7 * 10**9


def test_sharing_address_and_archiving_come_back(card, owner, teammate):
    card_share(user=owner, card=card, visibility="restricted", owner=owner, readers=[teammate])
    card = card_revert(user=owner, change=last())
    assert (card.visibility, card.readers.count(), card.owner) == ("public", 0, owner)
    card_rename(user=owner, card=card, slug="white-oak")
    assert card_revert(user=owner, change=last()).slug == "oak"
    card_archive(user=owner, card=card)
    assert card_revert(user=owner, change=last()).archived_at is None


def test_the_work_of_a_load_can_be_reverted(owner):
    loaded = {"elm": [Statement("name", "Elm", "P"), Statement("layers", "9", "P")]}
    cards_load(models=loaded, catalog="models.csv", by="load_catalog")
    with pytest.raises(EditErrors, match="made the card"):
        card_revert(user=make_user(is_superuser=True), change=last())
    loaded["elm"][1] = Statement("layers", "10", "P")
    cards_load(models=loaded, catalog="models.csv", by="load_catalog")
    admin = make_user("admin", is_superuser=True)
    assert card_revert(user=admin, change=last()).layers == 9
    claims_load(claims={"elm": [Statement("layers", "11", "A blog")]}, catalog="claims.csv", by="load_catalog")
    with pytest.raises(EditErrors, match="another source"):
        card_revert(user=admin, change=last())


def test_the_making_of_a_card_is_not_reverted(owner):
    admin = make_user("admin", is_superuser=True)
    card_create(user=admin, slug="elm", edit=CardEdit({"name": StatedFact("Elm")}))
    with pytest.raises(EditErrors, match="Archive"):
        card_revert(user=admin, change=last())


def test_only_those_who_may_change_the_card(card, owner, teammate, stranger):
    edit(owner, card, parameters="6B")
    for person in (teammate, stranger):
        with pytest.raises(NotAllowed):
            card_revert(user=person, change=last())
