"""A prepared question: its words are kept, its answers never."""

import datetime

import pytest

from modelcards.models import Fact, ModelCard
from modelcards.prepared import Prepared, PreparedAmong
from tests.factories import make_card, make_fact

pytestmark = pytest.mark.django_db


def test_each_number_has_its_own_answer_and_a_change_is_seen_at_once():
    values = Prepared(lambda pk: Fact.objects.filter(card=pk).values_list("value"))
    oak, elm = make_card("Oak"), make_card("Elm")
    make_fact(oak, "layers", "12")
    assert (values.rows(oak.pk), values.rows(elm.pk)) == ([("12",)], [])
    make_fact(elm, "layers", "24")
    assert values.rows(elm.pk) == [("24",)]


def test_the_sql_is_made_once():
    asked = []

    def question(pk):
        asked.append(pk)
        return ModelCard.objects.filter(pk=pk).values_list("name")

    names, oak = Prepared(question), make_card("Oak")
    assert [names.rows(oak.pk) for _time in range(3)] == [[("Oak",)]] * 3
    assert len(asked) == 1


def test_values_have_the_types_of_their_fields():
    dates = Prepared(lambda pk: ModelCard.objects.filter(pk=pk).values_list("release_date", "open_weights", "name"))
    oak = make_card("Oak", release_date=datetime.date(2021, 5, 1), open_weights=True)
    assert dates.rows(oak.pk) == [(datetime.date(2021, 5, 1), True, "Oak")]
    assert dates.rows(oak.pk)[0][1] is True


def test_what_belongs_to_several_keys_is_asked_at_once():
    names = PreparedAmong(lambda keys: ModelCard.objects.filter(pk__in=keys, stage="rlhf").values_list("name"))
    oak, elm, ash = (make_card(name, stage="rlhf") for name in ("Oak", "Elm", "Ash"))
    assert set(names.rows([oak.pk, ash.pk])) == {("Oak",), ("Ash",)}
    assert names.rows([elm.pk]) == [("Elm",)]
    assert names.rows([]) == []
    ModelCard.objects.filter(pk=elm.pk).update(stage="base")
    assert names.rows([elm.pk]) == []
