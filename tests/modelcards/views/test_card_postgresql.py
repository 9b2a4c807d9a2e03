"""The pages of a card on PostgreSQL: what SQLite does with JSON, its own functions do there."""

import pytest
from django.test import Client

from modelcards.actions.card_edit import card_edit
from modelcards.edits import CardEdit, StatedFact
from modelcards.models import CardChange, ModelCard
from tests.factories import make_card, make_fact, make_lineage, make_user
from tests.services import database

pytestmark = pytest.mark.postgresql


@pytest.fixture
def on_postgres(postgres_server, django_db_blocker):
    url = postgres_server.migrated("cards")
    with database(url, django_db_blocker):
        yield


def test_card_history_difference_and_descendants_are_shown(on_postgres):
    editor = make_user("editor", is_superuser=True)
    card = make_card("Oak")
    make_fact(card, "name", "Oak")
    make_lineage(make_card("Acorn"), card, "adapter")
    for text, parameters in [("First text.", "7B"), ("Second text.", "8B")]:
        now = ModelCard.objects.get(pk=card.pk)
        edit = CardEdit(text=text, facts={"parameters": StatedFact(parameters, "a paper")})
        card_edit(user=editor, card=now, version=now.version, changes=edit)
    client = Client()
    client.force_login(editor)
    for path in ("", "history/"):
        page = client.get(f"/models/oak/{path}").content.decode()
        assert "Parameters changed from <del>7B</del> to <ins>8B</ins>." in page
        assert "Card text was renewed." in page
        assert "First text." not in page
    change = CardChange.objects.order_by("-pk").first()
    assert "<del>First</del> text." in client.get(f"/models/oak/history/{change.pk}/").content.decode()
    assert "Acorn" in client.get("/models/oak/descendants/?relation=adapter").content.decode()
    assert "Acorn" in client.get("/models/oak/").content.decode()
    assert client.post(f"/models/oak/history/{change.pk}/revert/").status_code == 302
    assert ModelCard.objects.get(pk=card.pk).parameters == 7 * 10**9
