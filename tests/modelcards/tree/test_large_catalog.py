"""Of a catalog that is larger than a tree can show, the foremost models are read, and the page says so."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from modelcards.filters import ModelFilters
from modelcards.tree import reads
from modelcards.tree.reads import tree_cards
from tests.factories import make_card, make_checkpoint, make_lineage

pytestmark = pytest.mark.django_db


@pytest.fixture
def forest(monkeypatch, owner):
    """Twenty plain models of a catalog whose tree shows six, and one of each kind that goes before them."""
    monkeypatch.setattr(reads, "MOST", 6)
    plain = [make_card(f"Plain {number:02}", release_date=date(2020, 1, 1 + number)) for number in range(20)]
    make_card("BERT", slug="bert-large", release_date=date(2018, 10, 1))
    make_checkpoint(make_card("Own", release_date=date(2017, 1, 1)), path="reference/own")
    base = make_card("Base", release_date=date(2016, 1, 1))
    make_lineage(plain[0], base)
    make_lineage(plain[1], plain[0])
    hidden = make_card("Hidden", release_date=date(2016, 1, 1), visibility="restricted", owner=owner)
    make_lineage(plain[2], hidden)


def slugs(find=""):
    return {model.slug for model in tree_cards(AnonymousUser(), ModelFilters(), frozenset({find})).models}


def test_landmarks_weights_bases_and_the_newest_come_first(forest, monkeypatch):
    monkeypatch.setattr(reads, "landmarks", lambda: {"bert-large": "BERT"})
    assert slugs() == {"bert-large", "own", "base", "plain-00", "plain-19", "plain-18"}


def test_the_model_that_is_looked_for_is_there_with_its_ancestors(forest):
    assert {"plain-01", "plain-00", "base"} <= slugs("plain-01")
    assert "hidden" not in slugs("plain-02")
    assert "hidden" not in slugs("hidden")


def test_the_page_and_the_api_say_that_there_are_more(forest, client):
    assert b"These are the 6 foremost" in client.get("/tree/").content
    answer = client.get("/api/v1/tree?show=all").json()
    assert (answer["truncated"], len(answer["nodes"])) == (True, 6)


def test_no_read_is_of_the_whole_catalog(forest):
    slugs()  # brings the index into the process: from then on it asks for the last mark only
    with CaptureQueriesContext(connection) as captured:
        slugs()
    for query in captured:
        assert any(word in query["sql"] for word in ("LIMIT", " IN (", '"slug" = ', "version = ")), query["sql"]


def test_a_catalog_that_fits_is_shown_whole(client):
    make_card("Oak", release_date=date(2021, 5, 1))
    assert client.get("/api/v1/tree").json()["truncated"] is False
    assert b"foremost" not in client.get("/tree/").content
