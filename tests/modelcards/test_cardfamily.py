"""The family of a card in its lineage panel."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from modelcards.cardfamily import family_of, has_family
from tests.factories import make_card, make_lineage

pytestmark = pytest.mark.django_db
visitor = AnonymousUser()


def make_tree(name, year=2021, **fields):
    return make_card(name, release_date=datetime.date(year, 5, 1), architecture_family="decoder-only", **fields)


def picture_of(card, reader=visitor):
    return family_of(card, reader)


def test_ancestors_the_card_and_descendants_are_drawn_and_nobody_else() -> None:
    root, card, leaf, aunt = (make_tree(name) for name in ("Root", "Card", "Leaf", "Aunt"))
    for child, parent in ((card, root), (leaf, card), (aunt, root)):
        make_lineage(child, parent)
    found = picture_of(card)
    assert found.models == 3
    assert "Aunt" not in found.svg


def test_a_card_without_kin_has_no_picture() -> None:
    assert not has_family(make_tree("Alone"), [])
    assert picture_of(make_tree("Alone too")) is None


def test_an_archived_card_is_not_drawn_but_what_came_from_it_is() -> None:
    root, gone, leaf = make_tree("Root"), make_tree("Gone", archived_at=timezone.now()), make_tree("Leaf", 2022)
    make_lineage(gone, root)
    make_lineage(leaf, gone)
    found = picture_of(root)
    assert found.models == 2
    assert "Gone" not in found.svg


def test_a_hidden_card_is_neither_drawn_nor_named(owner) -> None:
    root, leaf = make_tree("Root"), make_tree("Leaf", 2022)
    hidden = make_tree("Hidden", visibility="restricted", owner=owner)
    make_lineage(leaf, root)
    make_lineage(leaf, hidden)
    make_lineage(hidden, root)
    assert "Hidden" in picture_of(leaf, owner).svg
    found = picture_of(leaf)
    assert found.models == 2
    assert "Hidden" not in found.svg
    assert "hidden" not in found.svg.replace('aria-hidden="true"', "")


def test_the_page_of_a_card_fetches_the_picture_above_the_list_and_leads_to_the_tree(client) -> None:
    root, leaf = make_tree("Root"), make_tree("Leaf", 2022)
    make_lineage(leaf, root)
    text = client.get(f"/models/{root.slug}/").content.decode()
    assert text.index(f'hx-get="/models/{root.slug}/family/"') < text.index("Made from it")
    assert f'href="/tree/?focus={root.slug}"' in text
    assert "hx-get" not in client.get(f"/models/{make_tree('Alone').slug}/").content.decode()
    part = client.get(f"/models/{root.slug}/family/", headers={"HX-Request": "true"}).content.decode()
    assert 'class="family"' in part
    assert "2 models." in part


def test_the_picture_by_itself_leads_to_the_card_and_is_blank_where_there_is_none(client) -> None:
    card = make_tree("Alone")
    assert client.get(f"/models/{card.slug}/family/").url == f"/models/{card.slug}/#lineage"
    assert not client.get(f"/models/{card.slug}/family/", headers={"HX-Request": "true"}).content.strip()
    hidden = make_tree("Hidden", visibility="restricted")
    assert client.get(f"/models/{hidden.slug}/family/").status_code == 404


def test_kin_without_dates_are_not_even_asked_for(client) -> None:
    root = make_tree("Root")
    make_lineage(make_card("Leaf"), root)
    assert "hx-get" not in client.get(f"/models/{root.slug}/").content.decode()
    assert picture_of(root) is None
