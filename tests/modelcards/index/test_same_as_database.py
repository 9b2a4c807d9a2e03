"""Whatever the catalog, the wish, the reader and what was edited in between: the index answers as the database does."""

import contextlib

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modelcards.filters import ModelFilters
from modelcards.index.catalog import CatalogIndex
from modelcards.models import Language, Modality, ModelCard
from tests.factories import make_organisation, make_user
from tests.modelcards.index.catalogs import CARDS, MAKERS, queries, store, told, told_by_database

pytestmark = pytest.mark.django_db
EDITS = st.lists(st.tuples(st.integers(0, 6), st.none() | CARDS), max_size=3)


class UndoError(Exception):
    """Ends a transaction without a trace."""


@contextlib.contextmanager
def undone():
    """Everything inside is taken back."""
    with contextlib.suppress(UndoError), transaction.atomic():
        yield
        raise UndoError


@pytest.fixture
def people(owner, teammate, stranger):
    """Everybody who asks."""
    return named({"owner": owner, "teammate": teammate, "stranger": stranger})


def named(people):
    """These and an administrator; beside them the names that cards can have."""
    for name in MAKERS:
        make_organisation(name)
    Language.objects.bulk_create(Language(code=code) for code in ("en", "zh", "multilingual"))
    Modality.objects.bulk_create(Modality(key=key) for key in ("text", "code"))
    return {**people, "administrator": make_user("administrator", is_superuser=True)}


class WithoutWords(CatalogIndex):
    """Searches in the database as well: the words' own tests tell what they find."""

    def _words(self):
        return None


def compare(index, query, user):
    found = index.find(ModelFilters.parse(QueryDict(query)), user)
    assert told(found) == told_by_database(query, user)


def edit(place, plan, people):
    """Make, change or delete a card."""
    cards = list(ModelCard.objects.order_by("pk"))
    if plan is None and place < len(cards):
        cards[place].child_links.all().delete()
        cards[place].delete()
    elif plan is not None:
        store(plan, people, cards[place] if place < len(cards) else None)


QUICK = settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
WISHES = {"plans": st.lists(CARDS, max_size=7), "edits": EDITS, "asked": st.tuples(queries(), queries())}
WISHES["who"] = st.sampled_from(["owner", "teammate", "stranger", "administrator", "visitor"])


@QUICK
@given(**WISHES)
def test_counts_orders_and_histograms_are_those_of_the_database(people, plans, edits, asked, who):
    check(people, plans, edits, asked, who)


@pytest.mark.slow
@settings(QUICK, max_examples=100)
@given(**WISHES)
def test_they_are_so_in_a_hundred_catalogs(people, plans, edits, asked, who):
    check(people, plans, edits, asked, who)


def check(people, plans, edits, asked, who):
    """Before and after edits, and after the edits and then the cards themselves were never made."""
    index, user = WithoutWords(), people.get(who) or AnonymousUser()
    with undone():
        for plan in plans:
            store(plan, people)
        compare(index, asked[0], user)
        with undone():
            for place, plan in edits:
                edit(place, plan, people)
                compare(index, asked[1], user)
        compare(index, asked[0], user)
    compare(index, asked[0], user)
