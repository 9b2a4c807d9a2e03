"""Where the same list is offered elsewhere."""

import shlex

from django.http import QueryDict
from django.test import RequestFactory

from modelcards.browse.links import curl, exports, views
from modelcards.filters import ModelFilters

QUERY = "search=it's&stage=base&sort=name&view=cards&columns=stage&page=3&page_size=50&chosen=a"


def wish():
    return ModelFilters.parse(QueryDict(QUERY))


def test_the_curl_line_asks_for_the_filters_and_the_order_alone():
    command, address = shlex.split(curl(RequestFactory().get("/models/"), wish()))
    assert command == "curl"
    assert address == "http://testserver/api/v1/models?search=it%27s&stage=base&sort=name"


def test_downloads_carry_the_filters():
    for link in exports(wish()):
        assert link.address.endswith(f"?format={link.key}&search=it%27s&stage=base&sort=name")


def test_another_view_keeps_all_else():
    table, cards, scatter = views(wish())
    assert "view=" not in table.address
    assert cards.here
    assert not scatter.here
    assert "stage=base" in scatter.address
    assert "chosen=a" in scatter.address
