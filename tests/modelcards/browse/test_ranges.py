"""The ranges of the rail."""

import pytest
from django.http import QueryDict

from modelcards.browse.listing import find
from modelcards.browse.ranges import ranges
from modelcards.filters import ModelFilters
from tests.factories import make_card, make_user

pytestmark = pytest.mark.django_db


def ranges_of(query=""):
    filters = ModelFilters.parse(QueryDict(query))
    return {one.key: one for one in ranges(filters, find(filters, make_user(is_superuser=True)).histograms())}


def test_thumbs_stand_at_the_edges_where_nothing_is_asked():
    make_card(parameters=10**6)
    make_card(parameters=10**9)
    low, high = ranges_of()["parameters"].ends
    assert (low.place, high.place) == (0, 1000)


def test_a_thumb_stands_at_its_number_on_the_scale():
    make_card(parameters=10**6)
    make_card(parameters=10**10)
    asked = ranges_of("parameters_min=100M")["parameters"]
    low = asked.ends[0]
    assert low.text == "100M"
    assert asked.drawing.start * (asked.drawing.end / asked.drawing.start) ** (low.place / 1000) == pytest.approx(
        10**8, rel=0.02
    )


def test_bars_outside_the_range_are_drawn_apart():
    make_card(parameters=10**6)
    make_card(parameters=10**10)
    asked = ranges_of("parameters_min=100M")["parameters"]
    assert asked.bars.count("M") == asked.dim.count("M") == 1


def test_a_wrong_end_keeps_what_was_written_and_says_why():
    make_card()
    asked = ranges_of("tokens_max=many")["tokens"]
    assert asked.ends[1].text == "many"
    assert "write for example" in asked.errors[0]


def test_a_catalog_without_numbers_has_no_thumbs():
    make_card(training_tokens=None)
    assert ranges_of()["tokens"].width == 0


def test_what_was_written_is_escaped():
    make_card()
    markup = ranges_of("tokens_max=%3Cb%3E%22&parameters_min=1%3C")["tokens"].markup
    assert 'value="&lt;b&gt;&quot;"' in markup
    assert 'aria-invalid="true" aria-describedby="e-tokens"' in markup
    assert "<b>" not in markup
