"""A search among the list's other filters: in tiers, fresh, and only what the reader may see."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError
from django.http import QueryDict

from modelcards.filters import ModelFilters
from modelcards.index import search
from modelcards.index.catalog import CatalogIndex
from modelcards.index.text import TextIndexError
from modelcards.models import ModelCard
from tests.factories import make_card, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def index():
    return CatalogIndex()


def ask(index, query, user=None):
    found = index.find(ModelFilters.parse(QueryDict(query)), user or AnonymousUser())
    names = dict(ModelCard.objects.values_list("pk", "name"))
    return [names[pk] for pk in found.ids()]


def test_names_come_before_texts_and_an_order_that_is_asked_for_before_both(index):
    make_card("Zebra", card_text="Not as large as a falcon.")
    make_card("Falcon 7B", card_text="A bird.")
    assert ask(index, "search=falcon") == ["Falcon 7B", "Zebra"]
    assert ask(index, "search=falcon&sort=-name") == ["Zebra", "Falcon 7B"]
    assert ask(index, "search=falcn") == ["Falcon 7B"]


def test_chinese_names_are_found(index):
    card = make_card("ChatGLM")
    make_organisation("智谱", [card])
    make_card("Wenxin", card_text="百度的文心大模型")
    make_card("Other")
    assert ask(index, "search=智谱") == ["ChatGLM"]
    assert ask(index, "search=文心") == ["Wenxin"]


def test_what_is_written_later_is_found_and_what_went_is_not(index):
    card = make_card("Oak")
    assert ask(index, "search=elm") == []
    ModelCard.objects.filter(pk=card.pk).update(name="Elm", slug="elm")
    assert ask(index, "search=elm") == ["Elm"]
    assert ask(index, "search=oak&sort=name") == []
    card.delete()
    assert ask(index, "search=elm") == []


def test_damaged_words_are_built_anew_and_until_then_the_database_answers(index, monkeypatch):
    make_card("Falcon")
    assert ask(index, "search=falcon") == ["Falcon"]
    monkeypatch.setattr(index._texts._words, "search", _damaged)
    monkeypatch.setattr(index._renewal, "ask", lambda part: None)
    assert ask(index, "search=falcon") == ["Falcon"]
    assert ask(index, "search=falcn") == ["Falcon"]  # with a typing error: the words are there again


def test_words_that_could_not_be_read_are_read_by_the_next_search(index, monkeypatch):
    card = make_card("Oak")
    assert ask(index, "search=oak") == ["Oak"]
    ModelCard.objects.filter(pk=card.pk).update(name="Elm", slug="elm")
    with monkeypatch.context() as patch:
        patch.setattr(search, "rows", _no_database)
        with pytest.raises(OperationalError):
            ask(index, "search=elm")
    assert ask(index, "search=elm") == ["Elm"]


def _damaged(query):
    raise TextIndexError("cut off")


def _no_database(condition):
    raise OperationalError("the database went away")


def test_filters_and_counts_hold_within_the_search(index):
    make_card("Elm one", stage="base")
    make_card("Elm two", stage="rlhf")
    make_card("Oak", stage="rlhf")
    found = index.find(ModelFilters.parse(QueryDict("search=elm&stage=rlhf")), AnonymousUser())
    assert (found.count, found.total) == (1, 3)
    assert {option.value: option.count for option in found.options()["stage"]} == {"base": 1, "rlhf": 1}


def test_a_card_is_found_by_those_who_may_see_it(index, owner, stranger):
    make_card("Elm", visibility="restricted", owner=owner)
    assert ask(index, "search=elm", owner) == ["Elm"]
    assert ask(index, "search=elm", stranger) == ask(index, "search=elm") == []


def test_a_part_of_the_order_by_relevance_goes_across_tiers(index):
    for name in ("Elm", "Elm b", "Elm c"):
        make_card(name)
    make_card("Oak", card_text="elm")
    found = index.find(ModelFilters.parse(QueryDict("search=elm&page_size=2&page=2")), AnonymousUser())
    assert found.page_ids() == list(found.ids())[2:4]
    assert found.count == len(list(found.ids())) == 4
