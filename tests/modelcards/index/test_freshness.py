"""No answer is older than the question: whoever wrote, whatever was undone, however far behind the index was."""

import contextlib

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError, connection, transaction
from django.http import QueryDict

from modelcards import changelog
from modelcards.filters import ModelFilters
from modelcards.index import catalog, log
from modelcards.index.catalog import CatalogIndex
from modelcards.index.records import read_some
from modelcards.models import ChangeMark, ModelCard, Organisation
from tests.factories import make_card, make_organisation


def ask(index, query=""):
    """Names of all that match, in order."""
    found = index.find(ModelFilters.parse(QueryDict(query)), AnonymousUser())
    names = dict(ModelCard.objects.values_list("pk", "name"))
    return [names[pk] for pk in found.ids()]


@pytest.fixture
def index():
    return CatalogIndex()


class UndoneError(Exception):
    """Ends a transaction."""


def breaks_off(parts):
    """All parts, and then the database is gone."""
    yield from parts
    raise OperationalError("the database went away")


def undo(act):
    with contextlib.suppress(UndoneError), transaction.atomic():
        act()
        raise UndoneError


@pytest.mark.django_db
class TestInOneThread:
    """Changes between two questions."""

    def test_a_change_a_new_card_and_a_deletion_are_seen(self, index):
        card = make_card("Oak", stage="base")
        assert ask(index) == ["Oak"]
        make_card("Ash", stage="rlhf")
        ModelCard.objects.filter(pk=card.pk).update(name="Elm", stage="rlhf")
        assert ask(index, "stage=rlhf&sort=name") == ["Ash", "Elm"]
        card.delete()
        assert ask(index) == ["Ash"]

    def test_an_organisation_has_the_name_of_the_moment_it_is_asked_for(self, index):
        def named():
            told = index.find(ModelFilters.parse(QueryDict("")), AnonymousUser()).options()["organisation"]
            return {option.value: str(option.name) for option in told}

        maker = make_organisation("Oak Works", [make_card("Oak")])
        assert named() == {maker.slug: "Oak Works"}
        Organisation.objects.filter(pk=maker.pk).update(name="Elm Works")
        assert named() == {maker.slug: "Elm Works"}
        undo(lambda: (Organisation.objects.filter(pk=maker.pk).update(name="Ash"), named()))
        assert named() == {maker.slug: "Elm Works"}
        ModelCard.objects.update(visibility="internal")
        hidden = index.find(ModelFilters.parse(QueryDict(f"organisation={maker.slug}")), AnonymousUser())
        assert [str(option.name) for option in hidden.options()["organisation"]] == [maker.slug]

    def test_statements_past_the_program_are_seen(self, index):
        make_card("Oak", parameters=5)
        assert ask(index, "parameters_min=7") == []
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {ModelCard._meta.db_table} SET parameters = 8")
        assert ask(index, "parameters_min=7") == ["Oak"]

    def test_a_card_counts_once_also_after_reading_what_changed_broke_off(self, index, monkeypatch):
        card = make_card("Oak", stage="base")
        ask(index)
        ModelCard.objects.filter(pk=card.pk).update(stage="rlhf")
        with monkeypatch.context() as patch:
            patch.setattr(catalog, "read_some", lambda cards: breaks_off(read_some(cards)))
            with pytest.raises(OperationalError):
                ask(index)
        assert ask(index, "stage=rlhf") == ["Oak"]
        assert index.find(ModelFilters.parse(QueryDict("")), AnonymousUser()).count == 1

    def test_what_was_read_and_then_undone_is_gone_again(self, index):
        card = make_card("Oak", stage="base")
        ask(index)

        def act():
            ModelCard.objects.filter(pk=card.pk).update(stage="rlhf")
            make_card("Ash", stage="rlhf")
            assert ask(index, "stage=rlhf&sort=name") == ["Ash", "Oak"]

        undo(act)
        assert ask(index, "stage=rlhf") == []
        assert ask(index, "stage=base") == ["Oak"]

    def test_a_version_that_is_given_again_is_not_taken_for_the_old_one(self, index):
        cards = [make_card("Ash", stage="base"), make_card("Oak", stage="base")]
        ask(index)

        def tune(card):
            ModelCard.objects.filter(pk=card.pk).update(stage="rlhf")
            assert ask(index, "stage=rlhf") == [card.name]

        undo(lambda: tune(cards[0]))
        tune(cards[1])

    def test_an_index_made_of_what_was_undone_starts_anew(self, index):
        undo(lambda: (make_card("Oak"), ask(index)))
        assert ask(index) == []
        make_card("Ash")
        assert ask(index) == ["Ash"]

    def test_a_log_that_was_cut_off_makes_it_start_anew(self, index):
        make_card("Oak")
        ask(index)
        make_card("Ash")
        ChangeMark.objects.filter(version__lte=ChangeMark.objects.latest("version").version - 1).delete()
        assert ask(index, "sort=name") == ["Ash", "Oak"]

    def test_so_does_a_long_way_behind(self, index, monkeypatch):
        monkeypatch.setattr(log, "MOST", 3)
        ask(index)
        for name in "abcdefgh":
            make_card(name)
        assert ask(index, "sort=name") == list("abcdefgh")

    def test_so_does_a_line_that_says_everything(self, index):
        make_card("Oak")
        ask(index)
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TRIGGER {ModelCard._meta.db_table}_noted_insert")
        make_card("Ash")
        assert ask(index) == ["Oak"]
        changelog.install()
        assert ask(index, "sort=name") == ["Ash", "Oak"]

    def test_many_changes_become_a_new_base(self, index, monkeypatch):
        monkeypatch.setattr(catalog, "MANY_SMALL", 4)
        card = make_card("Oak")
        for number in range(12):
            ModelCard.objects.filter(pk=card.pk).update(parameters=number + 1)
            assert ask(index, f"parameters_min={number + 1}&parameters_max={number + 1}") == ["Oak"]
            assert index.current().lines <= 4

    def test_an_answer_stays_as_it_was_when_it_was_asked_for(self, index):
        card = make_card("Oak", stage="base")
        found = index.find(ModelFilters.parse(QueryDict("stage=base")), AnonymousUser())
        ModelCard.objects.filter(pk=card.pk).update(stage="rlhf")
        assert ask(index, "stage=base") == []
        assert (found.count, list(found.ids())) == (1, [card.pk])

    def test_a_question_to_an_unchanged_catalog_costs_one_query(self, index, django_assert_num_queries):
        make_card("Oak")
        index.current()
        with django_assert_num_queries(1):
            index.current()
