"""The facets of the rail."""

import pytest
from django.http import QueryDict

from modelcards.browse.listing import find
from modelcards.browse.rail import MORE, SHOWN, boxes, rail, search_options
from modelcards.facets import Option
from modelcards.filters import ModelFilters
from modelcards.models import Language
from tests.factories import make_card, make_organisation, make_user

pytestmark = pytest.mark.django_db


def wish(query=""):
    return ModelFilters.parse(QueryDict(query))


def rail_of(query=""):
    filters = wish(query)
    found = find(filters, make_user(is_superuser=True))
    return {facet.key: facet for facet in rail(filters, found.options(), found.more)}


def test_every_facet_that_the_list_has_is_there():
    make_card()
    asked = [
        *("architecture_family", "objective", "stage", "attention", "organisation", "language", "modality"),
        *("licence", "open_weights", "relation", "tokens_per_parameter", "has_scores"),
    ]
    assert set(asked) <= set(rail_of())


def test_a_facet_with_a_choice_is_unfolded_and_says_how_many():
    make_card(objective="causal-lm")
    folded, unfolded = rail_of()["objective"], rail_of("objective=causal-lm&objective=masked-lm")["objective"]
    assert (folded.unfolded, folded.chosen) == (False, 0)
    assert (unfolded.unfolded, unfolded.chosen) == (True, 2)


def test_many_values_stand_behind_more_and_the_rest_is_found_by_name():
    for number in range(SHOWN + MORE + 5):
        make_organisation(f"Maker {number:03}", [make_card()])
    last = f"maker-{SHOWN + MORE + 4:03}"
    facet = rail_of(f"organisation={last}")["organisation"]
    assert facet.first.count("<label") == SHOWN
    assert facet.searched
    assert f'value="{last}"' in facet.first + facet.more
    assert facet.rest == 4


def test_values_are_escaped():
    (box,) = [boxes("licence", [Option('"><script>', "<b>", 3, False)])]
    assert "<script>" not in box
    assert "&lt;b&gt;" in box


def test_a_facet_is_searched_by_name_with_counts_that_answer_the_other_filters():
    user = make_user(is_superuser=True)
    make_organisation("Oak Works", [make_card(), make_card(stage="rlhf")])
    make_organisation("Oakland", [make_card(stage="rlhf")])
    make_organisation("Elm", [make_card()])
    found = search_options(wish("stage=base"), user, "organisation", "oak")
    assert [(option.value, option.count, option.chosen) for option in found] == [("oak-works", 1, False)]


def test_a_language_is_found_by_its_name():
    make_card().languages.add(Language.objects.create(code="de"))
    make_card().languages.add(Language.objects.create(code="fr"))
    found = search_options(wish(), make_user(is_superuser=True), "language", "germ")
    assert [(option.value, option.name) for option in found] == [("de", "German")]


def test_a_chosen_value_stays_among_the_matches():
    user = make_user(is_superuser=True)
    make_organisation("Elm", [make_card()])
    make_organisation("Oak", [make_card()])
    found = search_options(wish("organisation=elm"), user, "organisation", "oak")
    assert {(option.value, option.chosen) for option in found} == {("elm", True), ("oak", False)}


def test_an_organisation_whose_cards_are_hidden_is_not_found(stranger):
    make_organisation("Oak", [make_card(visibility="restricted")])
    assert search_options(wish(), stranger, "organisation", "oak") == []
