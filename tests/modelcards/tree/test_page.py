"""/tree/ and what the API answers: only what the reader may see, and the state in the address."""

from datetime import date

import pytest
from django.test import Client

from modelcards.models import Lineage
from tests.factories import make_card

pytestmark = pytest.mark.django_db


def page(client: Client, query: str = "") -> str:
    response = client.get(f"/tree/{query}")
    assert response.status_code == 200
    return response.content.decode()


def test_it_shows_cards_with_a_link(client) -> None:
    make_card("Oak", release_date=date(2021, 5, 1))
    text = page(client)
    assert "/models/oak/" in text
    assert 'data-figure="tree-figure"' in text


def test_an_empty_catalog_says_what_to_do(client) -> None:
    assert "load_catalog" in page(client)


def test_a_restricted_card_is_seen_by_its_owner_alone(client, owner, teammate, stranger, signed_in) -> None:
    card = make_card("Secret", release_date=date(2021, 5, 1), visibility="restricted", owner=owner)
    child = make_card("Child", release_date=date(2021, 6, 1))
    Lineage.objects.create(child=child, parent=card, relation="finetune")
    card.readers.add(teammate)
    assert "Secret" in page(signed_in(owner))
    assert "Secret" in page(signed_in(teammate))
    for reader in (client, signed_in(stranger)):
        text = page(reader, "?show=all&find=secret").replace("?show=all&amp;find=secret", "")
        assert "Secret" not in text
        assert "/models/secret/" not in text


def test_a_card_without_a_date_is_listed_apart(client) -> None:
    make_card("Timeless")
    text = page(client)
    assert "Undated" in text
    assert "/models/timeless/" in text


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("?family=encoder-only", "Beech", "Oak"),
        ("?open=no", "Beech", "Oak"),
        ("?until=2021", "Oak", "Beech"),
        ("?find=beech&view=list", "Beech", "nothing"),
    ],
)
def test_filters_are_in_the_address(client, query, shown, hidden) -> None:
    make_card("Oak", release_date=date(2021, 5, 1))
    make_card("Beech", release_date=date(2022, 5, 1), architecture_family="encoder-only", open_weights=False)
    text = page(client, query)
    assert f"/models/{shown.lower()}/" in text
    assert f"/models/{hidden.lower()}/" not in text


@pytest.mark.parametrize(("words", "chips"), [("oak-7b", "1 chip answers"), ("oak 7b", "2 chips answer")])
def test_a_whole_slug_finds_that_model_alone(client, words, chips) -> None:
    for name in ("Oak 7B", "Red Oak 7B"):
        make_card(name, release_date=date(2021, 5, 1))
    assert chips in page(client, f"?show=all&find={words}")


@pytest.mark.parametrize("query", ["?family=shrub", "?show=1", "?until=soon", "?open_weights=maybe", "?colour=red"])
def test_a_word_that_is_not_known_is_said_and_left_out(client, query) -> None:
    make_card("Oak", release_date=date(2021, 5, 1))
    text = page(client, query)
    assert "was not understood and left out" in text
    assert "/models/oak/" in text


def test_a_hostile_name_stays_text(client) -> None:
    make_card("</script><script>alert(1)</script>", slug="evil", release_date=date(2021, 5, 1))
    assert "<script>alert" not in page(client, "?find=%3C/script%3E")


def test_queries_do_not_grow_with_the_catalog(client, django_assert_max_num_queries) -> None:
    for number in range(30):
        make_card(f"Oak{number}", release_date=date(2021, 5, 1))
    page(client)  # reads the index and the rows into this process
    with django_assert_max_num_queries(10):
        page(client, "?show=all")
