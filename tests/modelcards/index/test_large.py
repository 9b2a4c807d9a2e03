"""The ways that only a large catalog takes, on small ones: lists beside sets, walks down an order, first values."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from hypothesis import given

from modelcards.filters import ModelFilters
from modelcards.index import build, counts, found, ordering
from modelcards.index.catalog import CatalogIndex
from tests.factories import make_card, make_organisation
from tests.modelcards.index import test_same_as_database as same

pytestmark = pytest.mark.django_db
people = same.people


@pytest.fixture(params=[0, 1_000_000], ids=["by sets", "by tables"])
def large(monkeypatch, request):
    """Two values are very many, three cards are not few; facets are counted each in its sets, or together."""
    monkeypatch.setattr(found, "TABLES_FROM", -1)
    monkeypatch.setattr(found, "TABLES_UPTO", request.param)
    for module in (found, ordering):
        monkeypatch.setattr(module, "FEW", 1)
    for cost in ("SPARSE", "DENSE"):
        monkeypatch.setattr(counts, cost, 0)
    monkeypatch.setattr(ordering, "WALKED", 4)
    monkeypatch.setattr(ordering, "FIRST", 0)
    monkeypatch.setattr(ordering, "STRIDE", 1)
    monkeypatch.setattr(build, "FEW_VALUES", 1)
    monkeypatch.setattr(build, "MANY_CARDS", 2)


@same.QUICK
@given(**same.WISHES)
def test_a_large_catalog_answers_as_the_database_does(large, people, plans, edits, asked, who):
    same.check(people, plans, edits, asked, who)


@pytest.mark.parametrize("tried", [0.001, 1000])
def test_the_organisations_with_most_cards_are_told_exactly(large, monkeypatch, tried):
    monkeypatch.setattr(counts, "TOLD", 2)
    monkeypatch.setattr(counts, "SET_COSTS", tried)
    for number in range(1, 7):
        make_organisation(f"O{number}", [make_card(stage="rlhf" if number < 4 else "base") for _ in range(number)])
    index = CatalogIndex()
    wish = ModelFilters.parse(QueryDict("stage=rlhf&organisation=o1"))
    answer = index.find(wish, AnonymousUser())
    told = [(o.value, o.count, o.chosen) for o in answer.options()["organisation"]]
    assert told == [("o3", 3, False), ("o2", 2, False), ("o1", 1, True)]
    assert answer.more["organisation"] >= 1
