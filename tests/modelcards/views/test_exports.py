"""Downloads of the list and of one card."""

import json

import pytest

from tests.factories import make_card, make_fact

pytestmark = pytest.mark.django_db
ADDRESS = "/models/export/"


@pytest.fixture
def cards(owner, teammate):
    """An open encoder, an open decoder, and a restricted one."""
    make_fact(make_card("One", architecture_family="encoder-only", card_text="# One"), "name", "One")
    make_fact(make_card("Two"), "name", "Two")
    secret = make_card("Secret", visibility="restricted", owner=owner)
    make_fact(secret, "name", "Secret")
    secret.readers.add(teammate)


def names(client, query=""):
    answer = client.get(f"{ADDRESS}?format=json{query}")
    return [card["slug"] for card in json.loads(answer.getvalue())["cards"]]


@pytest.mark.parametrize(
    ("key", "kind", "ending"),
    [
        ("csv", "text/csv; charset=utf-8", ".csv"),
        ("json", "application/json", ".json"),
        ("parquet", "application/vnd.apache.parquet", ".parquet"),
        ("cards", "application/zip", ".zip"),
    ],
)
def test_each_format_is_a_file_with_its_type(client, cards, key, kind, ending):
    answer = client.get(f"{ADDRESS}?format={key}")
    assert answer.streaming
    assert answer["Content-Type"] == kind
    assert answer["Content-Disposition"].endswith(f'{ending}"')
    assert len(answer.getvalue()) > 100


def test_the_filters_of_the_list_count(client, cards):
    assert names(client) == ["one", "two"]
    assert names(client, "&architecture_family=encoder-only") == ["one"]


def test_a_search_with_a_typing_error_finds_what_the_list_finds(client, cards):
    make_card("Falcon 7B")
    make_card("Zebra", card_text="Not as large as a falcon.")
    shown = [row["slug"] for row in client.get("/api/v1/models?search=falcn").json()["items"]]
    assert names(client, "&search=falcn") == shown == ["falcon-7b"]
    assert names(client, "&search=falcon") == ["falcon-7b", "zebra"]


def test_only_what_the_reader_may_see_leaves(signed_in, cards, owner, teammate, stranger):
    assert names(signed_in(stranger)) == ["one", "two"]
    assert names(signed_in(teammate)) == ["one", "secret", "two"]
    assert names(signed_in(owner)) == ["one", "secret", "two"]


@pytest.mark.parametrize("query", ["format=doc", "format=json&architecture_family=square", "format=csv&sort=taste"])
def test_what_the_catalog_does_not_know_gives_no_file_but_words(client, cards, query):
    answer = client.get(f"{ADDRESS}?{query}")
    assert answer.status_code == 422
    assert b'role="alert"' in answer.content


def test_a_head_request_reads_no_card(client, cards, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        assert client.head(f"{ADDRESS}?format=json").getvalue() == b""


def test_a_card_is_a_readme_for_the_hub(client, cards):
    answer = client.get("/models/one/README.md")
    assert answer["Content-Type"] == "text/markdown; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="README.md"'
    assert answer.content.decode().startswith("---\n")
    assert answer.content.decode().endswith("# One\n")


def test_a_card_that_is_not_open_to_the_reader_is_the_same_as_none(client, signed_in, cards, stranger):
    assert client.get("/models/secret/README.md").status_code == 404
    assert signed_in(stranger).get("/models/secret/README.md").status_code == 404
    assert client.get("/models/none/README.md").status_code == 404
    assert client.get("/models/a%00b/README.md").status_code in (400, 404)
