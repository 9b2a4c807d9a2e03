"""Two people correct at the same time, on a SQLite file and on PostgreSQL."""

from functools import partial

import pytest

from modelcards.actions import card_create, card_edit, card_rename
from modelcards.edits import CardEdit, EditConflict, EditErrors, StatedFact
from modelcards.models import CardChange, Lineage, ModelCard, Organisation
from tests.factories import make_card, make_user
from tests.races import at_once, errors

pytestmark = pytest.mark.slow


def facts(**given: str) -> CardEdit:
    return CardEdit({key: StatedFact(value, "A report") for key, value in given.items()})


def test_of_many_edits_of_one_version_one_is_stored_and_the_others_are_told(connect):
    person = make_user(is_superuser=True)
    card = make_card("Oak")
    works = [
        partial(card_edit, user=person, card=card, version=1, changes=facts(name="Oak", layers=str(number)))
        for number in range(1, 7)
    ]
    results = at_once(connect, works)
    assert sum(isinstance(result, EditConflict) for result in results) == 5
    (stored,) = (result for result in results if isinstance(result, ModelCard))
    card.refresh_from_db()
    assert (card.version, card.layers) == (2, stored.layers)
    assert CardChange.objects.count() == 1


def test_two_edits_at_once_close_no_circle(connect):
    person = make_user(is_superuser=True)
    for _round in range(5):
        Lineage.objects.all().delete()
        ModelCard.objects.all().delete()
        cards = [make_card(name) for name in ("Ash", "Elm", "Fir")]
        bases = [*cards[1:], cards[0]]
        works = [
            partial(
                card_edit,
                user=person,
                card=card,
                version=1,
                changes=facts(name=card.name, base_model=base.slug, relation="finetune"),
            )
            for card, base in zip(cards, bases, strict=True)
        ]
        results = at_once(connect, works)
        assert [type(error) for error in errors(results)] == [EditErrors]
        assert Lineage.objects.count() == 2


def test_a_new_organisation_named_by_two_at_once_is_made_once(connect):
    person = make_user(is_superuser=True)
    cards = [make_card(name) for name in ("Ash", "Elm", "Fir", "Yew")]
    edits = [partial(card_edit, user=person, card=card, version=1) for card in cards]
    results = at_once(
        connect,
        [
            partial(edit, changes=facts(name=card.name, organisation="Forest", languages="eo"))
            for edit, card in zip(edits, cards, strict=True)
        ],
    )
    assert not errors(results)
    assert Organisation.objects.get().cards.count() == 4


def test_one_address_goes_to_one_card(connect):
    person = make_user(is_superuser=True)
    cards = [make_card(name) for name in ("Ash", "Elm")]
    works = [partial(card_rename, user=person, card=card, slug="tree") for card in cards]
    works += [partial(card_create, user=person, slug="tree", edit=facts(name="Tree"))] * 2
    results = at_once(connect, works)
    assert sum(isinstance(result, ModelCard) for result in results) == 1
    assert all(isinstance(error, EditErrors) for error in errors(results))
