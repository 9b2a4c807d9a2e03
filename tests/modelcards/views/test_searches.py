"""The page of saved searches and the menu on the list of models."""

import pytest

from modelcards.models import SavedSearch
from tests.factories import make_card

pytestmark = pytest.mark.django_db
URL = "/models/searches/"


def save(client, **fields):
    return client.post(URL, {"do": "save", "name": "Mine", "query": "stage=base&page=3&chosen=a", **fields})


def test_only_who_is_signed_in_keeps_searches(client):
    assert client.post(URL, {"do": "save", "name": "Mine"}).url.startswith("/accounts/login/")
    assert not SavedSearch.objects.filter(name="Mine").exists()


def test_a_saved_search_is_canonical_leads_back_and_stands_in_the_menu(signed_in, owner):
    make_card()
    client = signed_in(owner)
    assert save(client).url == "/models/?stage=base"
    menu = client.get("/models/").content.decode()
    assert '<a href="?stage=base">Mine</a>' in menu
    here = client.get("/models/?stage=base").content.decode()
    assert '<a href="?stage=base" aria-current="true">Mine</a>' in here


def test_nobody_sees_or_changes_the_searches_of_others(signed_in, owner, stranger):
    save(signed_in(owner))
    search, other = SavedSearch.objects.get(owner=owner), signed_in(stranger)
    assert "Mine" not in other.get(URL).content.decode()
    assert other.post(URL, {"do": "delete", "search": search.pk}).status_code == 404
    assert other.post(URL, {"do": "rename", "search": search.pk, "name": "Theirs"}).status_code == 404
    assert SavedSearch.objects.get(owner=owner).name == "Mine"


def test_a_name_that_is_taken_is_asked_about_and_replaced(signed_in, owner):
    client = signed_in(owner)
    save(client)
    asked = save(client, query="stage=rlhf")
    assert asked.status_code == 409
    assert "Replace it" in asked.content.decode()
    assert save(client, query="stage=rlhf", replace="yes").status_code == 302
    assert SavedSearch.objects.get(owner=owner).query == "stage=rlhf"


def test_a_search_is_renamed_and_deleted(signed_in, owner):
    client = signed_in(owner)
    save(client)
    pk = SavedSearch.objects.get(owner=owner).pk
    client.post(URL, {"do": "rename", "search": pk, "name": "Ours"})
    assert SavedSearch.objects.get(owner=owner).name == "Ours"
    client.post(URL, {"do": "delete", "search": pk})
    assert not SavedSearch.objects.filter(owner=owner).exists()


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"do": "nothing"}, 400),
        ({"do": "save", "name": ""}, 400),
        ({"do": "delete", "search": "²"}, 404),
        ({"do": "delete", "search": "9" * 40}, 404),
        ({"do": "rename"}, 404),
    ],
)
def test_nonsense_is_answered_and_changes_nothing(signed_in, owner, fields, status):
    assert signed_in(owner).post(URL, fields).status_code == status


def test_a_saved_name_is_escaped(signed_in, owner):
    client = signed_in(owner)
    save(client, name="<script>alert(1)</script>")
    assert "<script>alert" not in client.get("/models/").content.decode() + client.get(URL).content.decode()


def test_everybody_sees_the_shipped_searches(client):
    make_card()
    page = client.get("/models/").content.decode()
    assert "Base models, as surveys of 2023 list them" in page
    assert "Instruction-tuned models, as surveys of 2023 list them" in page
