"""Saved searches: kept, replaced, renamed, deleted, and those that ship."""

import pytest
from django.http import QueryDict

from modelcards.actions import (
    NotAllowed,
    SearchError,
    SearchNameTakenError,
    search_delete,
    search_rename,
    search_save,
    searches_ship,
)
from modelcards.actions.search_save import MOST
from modelcards.filters import ModelFilters
from modelcards.models import SavedSearch

pytestmark = pytest.mark.django_db


def test_a_search_is_kept_under_its_name(owner):
    search = search_save(user=owner, name="  Small  ones ", query="parameters_max=1B")
    assert (search.owner, search.name, search.query) == (owner, "Small ones", "parameters_max=1B")


def test_a_name_is_replaced_only_when_asked_for(owner, teammate):
    search_save(user=owner, name="Mine", query="stage=base")
    with pytest.raises(SearchNameTakenError, match="Mine"):
        search_save(user=owner, name="Mine", query="stage=rlhf")
    search_save(user=teammate, name="Mine", query="stage=rlhf")
    search_save(user=owner, name="Mine", query="stage=adapter", replace=True)
    kept = SavedSearch.objects.filter(name="Mine").values_list("owner", "query")
    assert set(kept) == {(owner.pk, "stage=adapter"), (teammate.pk, "stage=rlhf")}


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "a\x00b"])
def test_a_name_that_is_none_is_refused(owner, name):
    with pytest.raises(SearchError):
        search_save(user=owner, name=name, query="")


def test_there_is_a_limit_to_length_and_number(owner):
    with pytest.raises(SearchError):
        search_save(user=owner, name="Long", query="x" * 5000)
    SavedSearch.objects.bulk_create(SavedSearch(owner=owner, name=f"Search {n}") for n in range(MOST))
    with pytest.raises(SearchError, match="delete one first"):
        search_save(user=owner, name="One more", query="")


def test_only_its_owner_renames_and_deletes(owner, stranger):
    search = search_save(user=owner, name="Mine", query="")
    with pytest.raises(NotAllowed):
        search_rename(user=stranger, search=search, name="Theirs")
    with pytest.raises(NotAllowed):
        search_delete(user=stranger, search=search)
    search_rename(user=owner, search=search, name="Still mine")
    assert SavedSearch.objects.get(owner=owner).name == "Still mine"
    search_delete(user=owner, search=search)
    assert not SavedSearch.objects.filter(owner=owner).exists()


def test_a_rename_takes_no_other_search_of_the_name(owner):
    search_save(user=owner, name="One", query="")
    two = search_save(user=owner, name="Two", query="")
    with pytest.raises(SearchNameTakenError):
        search_rename(user=owner, search=two, name="One")
    assert search_rename(user=owner, search=two, name="Two").name == "Two"


def test_nobody_changes_what_ships(owner):
    shipped = SavedSearch.objects.filter(owner=None).first()
    with pytest.raises(NotAllowed):
        search_delete(user=owner, search=shipped)


def test_two_searches_ship_whatever_was_there_and_only_once(owner):
    search_save(user=owner, name="Mine", query="")
    SavedSearch.objects.filter(owner=None).delete()
    SavedSearch.objects.create(name="Of an older version", query="stage=base")
    searches_ship()
    first = list(SavedSearch.objects.filter(owner=None).values_list("pk", "name", "query"))
    searches_ship()
    assert list(SavedSearch.objects.filter(owner=None).values_list("pk", "name", "query")) == first
    assert len(first) == 2
    assert SavedSearch.objects.filter(owner=owner).count() == 1


def test_the_shipped_searches_have_the_columns_of_the_survey_tables():
    base, tuned = (
        ModelFilters.parse(QueryDict(query))
        for query in SavedSearch.objects.filter(owner=None).values_list("query", flat=True)
    )
    assert not base.errors
    assert not tuned.errors
    shared = ("name", "release_date", "organisation", "language", "modality", "parameters", "training_tokens")
    assert base.columns == (*shared, "architecture_family", "open_weights")
    assert tuned.columns == (*shared, "base_model", "open_weights")
    assert base.facets["stage"] == ("base",)
    assert tuned.facets["stage"] == ("instruction-tuned", "rlhf")


def test_the_shipped_searches_are_canonical_addresses():
    for query in SavedSearch.objects.filter(owner=None).values_list("query", flat=True):
        assert ModelFilters.parse(QueryDict(query)).query() == query
