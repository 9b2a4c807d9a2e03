"""A restricted card is shown to its owner and to named people, and to nobody else, anywhere."""

import pytest
from django.test import Client

from modelcards.models import CardChange
from tests.factories import make_benchmark, make_card, make_fact, make_lineage, make_organisation, make_published

pytestmark = pytest.mark.django_db
SECRET = "Hidden Willow"


@pytest.fixture
def secret(owner, teammate):
    card = make_card(
        SECRET,
        visibility="restricted",
        owner=owner,
        architecture_family="recurrent",
        objective="bidirectional-lm",
        licence="Willow licence",
        licence_id="willow-licence",
        parameters=777 * 10**9,
    )
    card.readers.add(teammate)
    make_organisation("Hidden Grove", [card])
    make_published(card, make_benchmark("piqa"))
    return card


@pytest.fixture
def child(secret):
    card = make_card("Open Reed")
    make_lineage(card, secret)
    make_fact(card, "base_model", secret.slug)
    CardChange.objects.create(card=card, by="load_catalog", after={"name": "Open Reed", "base_model": secret.slug})
    CardChange.objects.create(card=card, by="load_catalog", before={"stage": "x"}, after={"base_model": secret.slug})
    return card


@pytest.fixture
def parent(secret):
    card = make_card("Open Root")
    make_lineage(secret, card)
    return card


PAGES = [
    "/models/",
    "/models/?search=willow",
    "/models/?architecture_family=recurrent",
    "/models/?organisation=hidden-grove",
    "/models/?chosen=hidden-willow",
    "/models/?licence=willow-licence&sort=-parameters",
    "/models/open-reed/",
    "/models/open-root/",
    "/tree/",
    "/api/v1/models",
    "/api/v1/models/open-reed",
    "/api/v1/models/open-reed/lineage",
    "/api/v1/models/open-root/lineage",
    "/api/v1/tree",
    "/api/v1/scores",
]


def told(client, page, kept_from=("Hidden Willow", "hidden-willow", "Hidden Grove", "777B", "Willow licence")):
    """What of the secret the page tells beyond what its own address says."""
    content = client.get(page).content.decode()
    return [word for word in kept_from if word in content and word not in page and word.lower() not in page]


@pytest.mark.parametrize("page", PAGES)
def test_no_page_tells_a_stranger_or_a_visitor_of_it(page, secret, child, parent, stranger, signed_in):
    assert told(signed_in(stranger), page) == []
    assert told(Client(), page) == []


@pytest.mark.parametrize("page", ["/models/", "/models/open-reed/", "/models/open-root/"])
def test_the_owner_and_a_named_teammate_see_it(page, secret, child, parent, owner, teammate, signed_in):
    assert SECRET in told(signed_in(owner), page)
    assert SECRET in told(signed_in(teammate), page)


def test_its_own_page_is_not_found_for_others(secret, owner, teammate, stranger, signed_in):
    pages = [signed_in(owner), signed_in(teammate), signed_in(stranger), Client()]
    assert [client.get("/models/hidden-willow/").status_code for client in pages] == [200, 200, 404, 404]


def test_an_internal_card_needs_a_sign_in(stranger, signed_in):
    make_card("House Fern", visibility="internal")
    assert signed_in(stranger).get("/models/house-fern/").status_code == 200
    assert Client().get("/models/house-fern/").status_code == 404


def test_counts_leave_it_out(secret, stranger, owner, signed_in):
    make_card("Open Reed")
    assert b"<b>1</b> of 1 model" in signed_in(stranger).get("/models/").content
    assert b"<b>2</b> of 2 models" in signed_in(owner).get("/models/").content


def test_a_card_that_is_archived_is_gone_from_pages(client):
    card = make_card("Old Elm", archived_at="2023-01-01T00:00Z")
    make_lineage(card, make_card("Open Root"))
    assert client.get("/models/old-elm/").status_code == 404
    assert told(client, "/models/open-root/", ("Old Elm",)) == []
