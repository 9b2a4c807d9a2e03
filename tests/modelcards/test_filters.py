"""The filter of page and API."""

import datetime
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict

from modelcards.filters import ModelFilters, sort_keys
from modelcards.models import Language, ModelCard
from tests.factories import make_card, make_lineage, make_organisation

pytestmark = pytest.mark.django_db


def found(query):
    filters = ModelFilters.parse(QueryDict(query))
    cards = filters.ordered(filters.apply(ModelCard.objects.visible_to(AnonymousUser())))
    return [card.slug for card in cards]


def test_values_of_one_facet_are_alternatives_and_facets_narrow_each_other():
    make_card("a", architecture_family="decoder-only", open_weights=True)
    make_card("b", architecture_family="encoder-only", open_weights=True)
    make_card("c", architecture_family="encoder-only", open_weights=False)
    make_card("d", architecture_family="recurrent", open_weights=True)
    query = "architecture_family=decoder-only&architecture_family=encoder-only&open_weights=yes"
    assert found(query) == ["a", "b"]


def test_a_card_of_two_makers_and_two_languages_is_found_once():
    card = make_card("a")
    make_organisation("Oak", [card])
    make_organisation("Elm", [card])
    for code in ("en", "zh"):
        card.languages.add(Language.objects.create(code=code))
    assert found("organisation=oak&organisation=elm&language=en&language=zh") == ["a"]


def test_unknown_finds_what_is_not_stated():
    make_card("a", licence_id="", open_weights=None)
    make_card("b", licence_id="mit")
    assert found("licence=unknown") == ["a"]
    assert found("open_weights=unknown") == ["a"]


def test_ranges_take_units_and_periods():
    make_card("small", parameters=10**9, release_date=datetime.date(2022, 12, 31))
    make_card("large", parameters=7 * 10**9, release_date=datetime.date(2023, 2, 24))
    make_card("unknown", parameters=None)
    assert found("parameters_min=2B") == ["large"]
    assert found("parameters_max=1000M") == ["small"]
    assert found("released_before=2022") == ["small"]
    assert found("released_after=2023&released_before=2023-02") == ["large"]


def test_each_word_must_be_found_somewhere():
    make_organisation("Meta AI", [make_card("LLaMA 7B"), make_card("OPT 7B")])
    make_card("Alpaca", card_text="A tuned LLaMA. 骆驼 是一种动物")
    assert found("search=llama+meta") == ["llama-7b"]
    assert found("search=LLAMA&sort=name") == ["alpaca", "llama-7b"]
    assert found("search=骆驼") == ["alpaca"]
    assert found("search=%25") == []


def test_relation_finds_what_was_made_in_that_way():
    base = make_card("base")
    make_lineage(make_card("chat"), base, "rlhf")
    assert found("relation=rlhf") == ["chat"]


@pytest.mark.parametrize("direction", ["", "-"])
@pytest.mark.parametrize("key", ["parameters", "training_tokens", "release_date", "licence", "organisation"])
def test_blanks_come_last_both_ways(key, direction):
    blank = {"parameters": None, "training_tokens": None, "release_date": None, "licence": ""}
    make_card("blank", **blank)
    full = make_card("full", parameters=5, training_tokens=5, release_date=datetime.date(2020, 1, 1), licence="MIT")
    make_organisation("Oak", [full])
    assert found(f"sort={direction}{key}") == ["full", "blank"]


def test_every_sort_key_works():
    make_card("a")
    assert [found(f"sort=-{key}") for key in sort_keys()] == [["a"]] * len(sort_keys())


def test_names_are_sorted_without_regard_to_case():
    for name in ("Zebra", "apple", "Bear"):
        make_card(name)
    assert found("sort=name") == ["apple", "bear", "zebra"]


@pytest.mark.parametrize(
    ("query", "field", "hint"),
    [
        ("architecture_family=tree", "architecture_family", "one of: decoder-only"),
        ("open_weights=maybe", "open_weights", "yes, no"),
        ("has_scores=maybe", "has_scores", "yes, measured, published, no"),
        ("parameters_min=huge", "parameters_min", "write for example 300M"),
        ("tokens_max=-3", "tokens_max", "write for example"),
        ("released_after=2023-13", "released_after", "write 2023-02-24"),
        ("parameters_min=7B&parameters_max=1B", "parameters_max", "below the start"),
        ("sort=password", "sort", "one of: name"),
        ("page=0", "page", "from 1 to"),
        ("page_size=100000", "page_size", "from 1 to 500"),
    ],
)
def test_a_wrong_value_is_named_by_field_with_what_would_be_right(query, field, hint):
    errors = ModelFilters.parse(QueryDict(query)).errors
    assert list(errors) == [field]
    assert hint in errors[field][0]


@pytest.mark.parametrize("text", ["%00", "a%00b", "%0a", "%F0%9F%8C%B3", "'; drop table", "\\", "x" * 5000])
def test_hostile_text_is_only_text(text):
    make_card("a")
    assert found(f"search={text}") in ([], ["a"])
    assert isinstance(found(f"organisation={text}&language={text}&chosen={text}"), list)


def test_the_query_string_is_canonical_and_changes_start_at_the_first_page():
    filters = ModelFilters.parse(
        QueryDict("page=3&sort=-release_date&open_weights=true&search=&parameters_min=1B&chosen=b&chosen=a&other=1")
    )
    assert filters.query(page=filters.page) == "open_weights=yes&parameters_min=1B&page=3&chosen=b,a"
    assert filters.query(sort="name") == "open_weights=yes&parameters_min=1B&sort=name&chosen=b,a"
    assert filters.query(open_weights=[], parameters_min="", chosen="") == ""


def test_counts_say_what_a_click_would_give():
    make_card("a", architecture_family="decoder-only", open_weights=True)
    make_card("b", architecture_family="decoder-only", open_weights=False)
    make_card("c", architecture_family="encoder-only", open_weights=True)
    filters = ModelFilters.parse(QueryDict("architecture_family=decoder-only&open_weights=yes"))
    options = filters.options(ModelCard.objects.visible_to(AnonymousUser()))
    family = {option.value: (option.count, option.chosen) for option in options["architecture_family"]}
    assert family["decoder-only"] == (1, True)
    assert family["encoder-only"] == (1, False)
    assert family["recurrent"] == (0, False)
    assert {option.value: option.count for option in options["open_weights"]} == {"yes": 1, "no": 1}


@pytest.mark.parametrize("value", ["a b", "ä&ö=1", "x+y", "a/b?c", "一", "%41", "~a.b-c_d", "a,b:c", "'\"<>"])
def test_an_address_is_encoded_whatever_is_in_it(value):
    asked = ModelFilters(search=value, sort="name").query()
    assert asked == urlencode({"search": value, "sort": "name"}, safe=",:")
    assert QueryDict(asked)["search"] == value


def test_a_value_that_cannot_be_names_no_organisation_of_cards_that_nobody_may_see():
    make_organisation("Secret Lab", [make_card(visibility="restricted")])
    errors = ModelFilters.parse(QueryDict("organisation=%00")).errors
    assert "secret" not in str(errors).lower()
    assert "one of: decoder-only" in str(ModelFilters.parse(QueryDict("architecture_family=x")).errors)
