"""The rows of a page: who sees which, in which order, and read without the texts that lie between them."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import F

from modelcards.browse.listed import Listed
from modelcards.browse.rows import cards_of
from modelcards.models import ModelCard
from modelcards.models.card import LISTED
from tests.factories import make_card

pytestmark = pytest.mark.django_db
VISITOR = AnonymousUser()


def names(ids, user):
    return [card.name for card in cards_of(ids, user)]


def test_cards_come_in_the_order_of_their_keys_to_whoever_may_see_them(owner, teammate, stranger):
    elm, oak = make_card("Elm"), make_card("Oak", visibility="internal")
    ash, yew = make_card("Ash", visibility="restricted", owner=owner), make_card("Yew", visibility="restricted")
    yew.readers.add(teammate)
    gone = make_card("Gone")
    ModelCard.objects.filter(pk=gone.pk).update(archived_at=F("created_at"))
    ids = [card.pk for card in (yew, gone, oak, elm, ash)]
    assert names(ids, VISITOR) == ["Elm"]
    assert names(ids, stranger) == ["Oak", "Elm"]
    assert names(ids, teammate) == ["Yew", "Oak", "Elm"]
    assert names(ids, owner) == ["Oak", "Elm", "Ash"]
    assert names([], owner) == []


def test_a_page_asks_once_and_again_only_for_cards_that_are_not_public(django_assert_num_queries, stranger):
    ids = [make_card(name).pk for name in ("Ash", "Elm", "Oak")]
    hidden = make_card("Yew", visibility="internal").pk
    for user, asked, number in ((VISITOR, ids, 1), (stranger, ids, 1), (stranger, [*ids, hidden], 2)):
        with django_assert_num_queries(number):
            cards = cards_of(asked, user, ["updated_at"])
        assert len(cards) == len(asked)


def test_a_row_holds_what_the_card_states(owner):
    cards = [make_card("Elm", parameters=7, open_weights=True), make_card("Oak", visibility="restricted", owner=owner)]
    listed = cards_of([card.pk for card in cards], owner, ["updated_at"])
    for card, row in zip(cards, listed, strict=True):
        card.refresh_from_db()
        assert row == tuple(getattr(card, column) for column in (*LISTED, "updated_at"))
        assert row.pk == card.pk
    assert Listed._fields == ("pk", *LISTED[1:], "updated_at")
    assert cards_of([cards[0].pk], owner)[0].updated_at is None


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps long texts apart from the rows")
def test_rows_come_from_an_index_alone(django_assert_num_queries):
    ids = [make_card(name).pk for name in ("Ash", "Elm", "Oak")]
    with django_assert_num_queries(1) as asked:
        cards_of(ids, VISITOR)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {asked.captured_queries[0]['sql']}")
        assert "USING COVERING INDEX card_listed" in str(cursor.fetchall())
