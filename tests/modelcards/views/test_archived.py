"""The list of archived cards: who sees which, who archived them, and the way back."""

import pytest

from hub.roles import EDITORS
from modelcards.actions import card_archive
from modelcards.models import ModelCard
from tests.factories import make_card, make_user

pytestmark = pytest.mark.django_db
ADDRESS = "/models/archived/"


@pytest.fixture
def editor(db):
    return make_user("editor", roles=[EDITORS])


@pytest.fixture
def cards(owner, editor):
    """A public card that an editor archived, a restricted one that its owner archived, and one that stands."""
    card_archive(user=editor, card=make_card("Yew"))
    card_archive(user=owner, card=make_card("Secret", visibility="restricted", owner=owner))
    make_card("Oak")


def listed(client):
    return [card.slug for card, _by in client.get(ADDRESS).context["rows"]]


def test_an_editor_sees_what_may_be_restored_and_the_owner_only_ones_own(signed_in, cards, editor, owner, stranger):
    assert listed(signed_in(editor)) == ["yew"]
    assert listed(signed_in(owner)) == ["secret"]
    assert listed(signed_in(stranger)) == []
    assert listed(signed_in(make_user("root", is_superuser=True))) == ["secret", "yew"]


def test_nobody_sees_it_who_is_not_signed_in(client, cards):
    assert client.get(ADDRESS).url.startswith("/accounts/login/")


def test_it_tells_who_archived_a_card_and_brings_it_back(signed_in, cards, editor):
    client = signed_in(editor)
    assert [(card.slug, by) for card, by in client.get(ADDRESS).context["rows"]] == [("yew", "editor")]
    assert b'action="/models/yew/restore/"' in client.get(ADDRESS).content
    client.post("/models/yew/restore/")
    assert listed(client) == []
    assert ModelCard.objects.get(slug="yew").archived_at is None


def test_long_lists_come_by_page_and_a_nonsense_page_is_the_first(signed_in, cards, editor):
    for number in range(26):
        card_archive(user=editor, card=make_card(f"Elm {number}"))
    client = signed_in(editor)
    assert (len(listed(client)), len(client.get(f"{ADDRESS}?page=2").context["rows"])) == (25, 2)
    assert client.get(f"{ADDRESS}?page=\0x").status_code == 200


def test_the_menu_leads_there_for_those_who_may_archive(signed_in, cards, editor, stranger):
    assert ADDRESS.encode() in signed_in(editor).get("/").content
    assert ADDRESS.encode() not in signed_in(stranger).get("/").content
