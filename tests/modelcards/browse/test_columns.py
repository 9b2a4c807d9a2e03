"""The columns of the table: asked for in the address, each written for cards that state much or nothing."""

import datetime
import re

import pytest
from django.http import QueryDict

from modelcards.browse.cells import CELLS
from modelcards.browse.heads import chooser, head_cells, heads, shown_columns, sort_options, sorts
from modelcards.columns import COLUMNS, known_columns, usual_columns
from modelcards.filters import ModelFilters
from modelcards.models import Language, Modality
from tests.factories import make_card, make_lineage, make_organisation

pytestmark = pytest.mark.django_db
ALL = "columns=" + ",".join(COLUMNS)


def wish(query=""):
    return ModelFilters.parse(QueryDict(query))


def keys(query):
    return [column.key for column in shown_columns(wish(query))]


def test_the_usual_columns_are_shown_unasked_and_leave_the_address():
    assert keys("") == list(usual_columns())
    assert wish("columns=" + ",".join(usual_columns())).query() == ""


def test_columns_come_in_the_order_asked_for_with_the_name_first():
    assert keys("columns=licence,stage,name") == ["name", "licence", "stage"]
    assert wish("columns=licence&columns=stage").query() == "columns=name,licence,stage"


def test_a_column_that_is_none_is_told_and_left_out():
    asked = wish("columns=nonsense,stage")
    assert asked.columns == ("name", "stage")
    assert "nonsense" in asked.errors["columns"][0]
    assert wish("columns=nonsense").columns == ()


def test_every_column_of_a_card_has_a_cell():
    assert set(CELLS) | {"name"} == set(COLUMNS)


def test_a_card_that_states_everything_shows_it(client):
    card = make_card(
        "Tree",
        stage="rlhf",
        attention="causal",
        parameters=7 * 10**9,
        active_parameters=2 * 10**9,
        training_tokens=140 * 10**9,
        layers=32,
        release_date=datetime.date(2023, 2, 24),
        licence="MIT",
    )
    make_organisation("Oak", [card])
    card.languages.add(Language.objects.create(code="zh"))
    card.modalities.add(Modality.objects.create(key="text"))
    make_lineage(card, make_card("Seed"), "rlhf")
    page = client.get(f"/models/?{ALL}&search=tree").content.decode()
    for shown in ("RLHF", "Causal", "7B", "2B", "140B", ">20<", ">32<", "24 Feb 2023", "MIT", "Oak", ">zh<", ">text<"):
        assert shown in page, shown
    assert '<a href="/models/seed/">Seed</a>' in page
    assert "RLHF on" in page


def test_a_card_that_states_nothing_looks_unknown_and_not_empty(client):
    make_card("Bare", architecture_family="", stage="", objective="", parameters=None, open_weights=None)
    page = client.get(f"/models/?{ALL}").content.decode()
    assert '<span class="tag unk">Not stated</span>' in page
    assert '<span class="weights unknown">Not stated</span>' in page
    assert page.count('class="unk" title="Not stated"') >= 5


def test_a_hidden_parent_is_not_named(client):
    make_lineage(make_card("Child"), make_card("Secret", visibility="restricted"))
    assert "Secret" not in client.get("/models/?columns=base_model").content.decode()


def test_every_column_can_sort_but_the_one_of_other_cards_and_a_second_click_turns_the_order():
    asked = wish(f"{ALL}&sort=-parameters")
    found = {head.key: head for head in heads(asked, shown_columns(asked))}
    # Names of base models are not everybody's to see, and an order by them would tell.
    assert [key for key, head in found.items() if not head.query] == ["base_model"]
    assert (found["parameters"].wish, found["parameters"].direction) == ("parameters", "descending")
    assert (found["stage"].wish, found["layers"].wish) == ("stage", "-layers")


def test_the_chooser_offers_every_column_but_the_name():
    offered = chooser(shown_columns(wish("columns=licence")))
    assert set(re.findall('value="([^"]*)"', offered)) == set(known_columns()) - {"name"}
    assert re.findall('value="([^"]*)" checked', offered) == ["licence"]


def test_the_sort_box_names_the_present_order_whatever_it_is():
    assert dict(sorts(wish("sort=-layers")))["-layers"] == "Layers, downward"
    assert "relevance" not in dict(sorts(wish()))


def test_heads_and_orders_are_escaped():
    asked = wish("search=%22%3E%3Cb%3E&sort=layers")
    cells = head_cells(asked, shown_columns(asked))
    assert "<b>" not in cells
    assert "%22%3E%3Cb%3E" in cells
    assert '<option value="layers" selected>Layers, upward</option>' in sort_options(asked)
