"""Counts are kept for who asks the same again, and only for these."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict

from modelcards.filters import ModelFilters
from modelcards.index import counts
from modelcards.index import found as module
from modelcards.index.catalog import CatalogIndex
from modelcards.index.memo import KEPT, Memo
from modelcards.models import ModelCard
from modelcards.models.card import Visibility
from tests.factories import make_card, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def counted(monkeypatch):
    """The facets that were counted."""
    count, keys = counts.counted, []

    def noted(state, key, *rest):
        keys.append(key)
        return count(state, key, *rest)

    monkeypatch.setattr(module, "counted", noted)
    return keys


def stages(index, query="", user=None):
    found = index.find(ModelFilters.parse(QueryDict(query)), user or AnonymousUser())
    assert len(found.histograms()) == 3
    return {option.value: option.count for option in found.options()["stage"] if option.count}


def test_another_order_or_page_is_not_counted_again(counted):
    make_card("Oak", stage="rlhf")
    index = CatalogIndex()
    assert stages(index) == {"rlhf": 1}
    first = len(counted)
    assert stages(index, "sort=name&page=2&view=cards") == {"rlhf": 1}
    assert len(counted) == first
    assert stages(index, "stage=base") == {"rlhf": 1}
    assert len(counted) == 2 * first


def test_after_a_change_it_is_counted_anew():
    card, index = make_card("Oak", stage="rlhf"), CatalogIndex()
    assert stages(index) == {"rlhf": 1}
    ModelCard.objects.filter(pk=card.pk).update(stage="base")
    assert stages(index) == {"base": 1}


def test_nobody_gets_the_counts_of_another_reader():
    owner = make_user("owner")
    make_card("Oak", stage="rlhf", visibility=Visibility.RESTRICTED, owner=owner)
    index = CatalogIndex()
    assert stages(index, user=owner) == {"rlhf": 1}
    assert stages(index) == {}
    assert stages(index, user=make_user("stranger")) == {}
    assert stages(index, user=owner) == {"rlhf": 1}


def test_so_many_answers_are_kept_and_those_asked_lately():
    memo = Memo()
    for number in range(KEPT + 1):
        memo.get(number, str)
        memo.get("often", lambda: 0)
    assert memo.get("often", lambda: "again") == 0
    assert memo.get(0, lambda: "again") == "again"
