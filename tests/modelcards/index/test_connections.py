"""Threads with connections of their own, on real databases: a SQLite file and PostgreSQL."""

import threading

import pytest
from django.db import connection, transaction
from hypothesis import given

from modelcards import changelog
from modelcards.index.catalog import CatalogIndex
from modelcards.models import ChangeMark, ModelCard
from tests.factories import make_card, make_user
from tests.modelcards.index import test_same_as_database as same
from tests.modelcards.index.test_freshness import ask, undo
from tests.services import database

DATABASES = [pytest.param("sqlite", marks=pytest.mark.slow), pytest.param("postgres", marks=pytest.mark.postgresql)]


@pytest.fixture(params=DATABASES)
def connect(request, django_db_blocker):
    """``with connect():`` opens the database in the thread that calls it."""
    url = request.getfixturevalue(f"{request.param}_url")
    with database(url, django_db_blocker):
        ModelCard.objects.all().delete()
        yield lambda: database(url, django_db_blocker)


def test_threads_see_what_is_committed_and_nothing_else(connect):
    index, card, seen = CatalogIndex(), make_card("Oak", stage="base"), {}

    def look(name):
        with connect():
            seen[name] = ask(index, "stage=rlhf")

    def in_thread(name):
        thread = threading.Thread(target=look, args=(name,))
        thread.start()
        thread.join()

    def act():
        ModelCard.objects.filter(pk=card.pk).update(stage="rlhf")
        assert ask(index, "stage=rlhf") == ["Oak"]
        in_thread("before the end")
        assert ask(index, "stage=rlhf") == ["Oak"]

    ask(index)
    undo(act)
    in_thread("undone")
    with transaction.atomic():
        act()
    in_thread("committed")
    assert seen == {"before the end": [], "undone": [], "committed": ["Oak"]}


def test_four_writers_and_no_answer_older_than_its_question(connect):
    index = CatalogIndex()
    cards = [make_card(f"Card {place}", parameters=1) for place in range(4)]
    stale = []

    def write(card):
        with connect():
            for number in range(2, 22):
                ModelCard.objects.filter(pk=card.pk).update(parameters=number)
                wish = f"parameters_min={number}&parameters_max={number}"
                if card.name not in ask(index, wish):
                    stale.append((card.name, number))

    threads = [threading.Thread(target=write, args=(card,)) for card in cards]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert stale == []
    assert index.current().recent.size >= 4


@pytest.mark.postgresql
class TestPostgreSQL:
    """What is otherwise told by the tests on SQLite."""

    @pytest.fixture(autouse=True)
    def opened(self, postgres_url, django_db_blocker):
        with database(postgres_url, django_db_blocker):
            ModelCard.objects.all().delete()
            yield

    def test_counts_orders_and_histograms_are_those_of_the_database(self):
        with same.undone():
            people = same.named({name: make_user(name) for name in ("owner", "teammate", "stranger")})

            @same.QUICK
            @given(**same.WISHES)
            def check(plans, edits, asked, who):
                same.check(people, plans, edits, asked, who)

            check()

    def test_a_statement_is_one_step_and_names_its_cards(self):
        cards = [make_card(f"Card {place}") for place in range(3)]
        last = ChangeMark.objects.latest("version").version
        ModelCard.objects.update(parameters=7)
        ModelCard.objects.filter(pk=-1).update(parameters=7)
        lines = list(ChangeMark.objects.filter(version__gt=last).order_by("version").values_list("version", "card_id"))
        assert [version for version, _card in lines] == [last + 1, last + 2, last + 3]
        assert {pk for _version, pk in lines} == {card.pk for card in cards}

    def test_very_many_cards_are_one_line(self, monkeypatch):
        monkeypatch.setattr(changelog, "NOTE", changelog.NOTE.replace(f"> {changelog.MOST_NOTED}", "> 2"))
        with same.undone():
            changelog.install()
            cards = [make_card(f"Card {place}") for place in range(3)]
            ModelCard.objects.filter(pk__in=[card.pk for card in cards]).update(parameters=8)
            assert ChangeMark.objects.latest("version").card_id is None

    def test_a_table_that_is_emptied_at_once_is_noticed(self):
        index = CatalogIndex()
        make_card("Oak")
        assert "Oak" in ask(index)
        with same.undone():
            with connection.cursor() as cursor:
                cursor.execute(f"TRUNCATE {ModelCard._meta.db_table} CASCADE")
            assert ask(index) == []
        assert "Oak" in ask(index)
