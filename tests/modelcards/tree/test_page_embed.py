"""/tree/embed/: the tree in a frame of another site, where an administrator allows it, with public cards alone."""

from datetime import date

import pytest
from django.test import Client

from tests.factories import make_card

pytestmark = pytest.mark.django_db
WIKI = "https://wiki.example.org"


@pytest.fixture
def allowed(settings) -> None:
    settings.TREE_EMBED_ORIGINS = [WIKI, "https://*.lab.example"]


def test_by_default_no_other_site_shows_it_and_the_page_says_so(client) -> None:
    response = client.get("/tree/embed/")
    assert response.status_code == 404
    assert "lets no other site show its tree" in response.content.decode()
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "DENY"


def test_an_allowed_site_may_show_it(client, allowed) -> None:
    make_card("Oak", release_date=date(2021, 5, 1))
    response = client.get("/tree/embed/")
    assert f"frame-ancestors {WIKI} https://*.lab.example" in response["Content-Security-Policy"]
    assert "script-src 'self'" in response["Content-Security-Policy"]
    assert "X-Frame-Options" not in response
    text = response.content.decode()
    assert 'data-opens="new"' in text
    assert "tree-form" not in text


@pytest.mark.parametrize("address", ["/tree/", "/models/", "/"])
def test_no_other_page_may_be_shown(client, allowed, address) -> None:
    response = client.get(address)
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("query", ["", "?view=list", "?show=all&find=secret", "?focus=secret", "?chosen=secret"])
def test_even_its_owner_sees_public_cards_alone(signed_in, owner, allowed, query) -> None:
    make_card("Oak", release_date=date(2021, 5, 1))
    make_card("Secret", release_date=date(2021, 6, 1), visibility="restricted", owner=owner)
    make_card("Inner", release_date=date(2021, 6, 1), visibility="internal")
    text = signed_in(owner).get(f"/tree/embed/{query}").content.decode()
    assert "/models/oak/" in text
    assert "/models/secret/" not in text
    assert "Inner" not in text


def test_a_private_site_shows_nothing(client, allowed, settings) -> None:
    settings.HUB_PRIVATE = True
    make_card("Oak", release_date=date(2021, 5, 1))
    response = client.get("/tree/embed/")
    assert response.status_code == 302
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]


def test_the_frame_is_offered_with_the_present_filters_where_it_is_allowed(client: Client, settings) -> None:
    make_card("Oak", release_date=date(2021, 5, 1))
    assert "iframe" not in client.get("/tree/").content.decode()
    settings.TREE_EMBED_ORIGINS = [WIKI]
    text = client.get("/tree/?architecture_family=decoder-only&show=all&view=list").content.decode()
    source = "http://testserver/tree/embed/?architecture_family=decoder-only&amp;amp;show=all"
    assert f"&lt;iframe src=&quot;{source}&quot;" in text


def test_a_frame_without_public_models_says_so(client, allowed) -> None:
    assert "No public model is left" in client.get("/tree/embed/").content.decode()
