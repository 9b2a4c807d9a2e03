"""Every page of the catalog under axe-core, at a desk's and a phone's width, light and dark."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page

from tests import browsers
from tests.accessibility import assert_accessible
from tests.factories import (
    make_benchmark,
    make_card,
    make_cell,
    make_checkpoint,
    make_fact,
    make_lineage,
    make_organisation,
    make_published,
    make_score,
    make_task,
    make_user,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = (1440, 390)
TEXT = (
    "# Oak\n\nA model of [trees](https://example.org).\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```python\nprint(1)\n```\n"
)
FILTERS = (
    "search=oak&architecture_family=decoder-only&architecture_family=encoder-only&parameters_min=1K&chosen=oak,elm"
)


@dataclass(frozen=True)
class Shown:
    """A page: its name in the test, its address, and what is done there before one looks."""

    name: str
    address: Callable[[], str]
    act: Callable[[Page], None] = lambda page: None
    widths: tuple[int, ...] = WIDTHS
    signed_in: bool = True


def at(name: str, *args: str, query: str = "") -> Callable[[], str]:
    """The address of a named page, found when the test runs."""
    return lambda: reverse(name, args=args) + (f"?{query}" if query else "")


PAGES = [
    Shown("home", at("home")),
    Shown("models", at("modelcards:browse")),
    Shown("models with filters", at("modelcards:browse", query=FILTERS)),
    Shown("models, wrong filters", at("modelcards:browse", query="parameters_min=big&stage=nonsense")),
    Shown("models, none found", at("modelcards:browse", query="search=nothing-of-that-name")),
    Shown("models, sheet open", at("modelcards:browse"), lambda page: page.click("#filters-link"), widths=(390,)),
    Shown("models, nobody signed in", at("modelcards:browse"), signed_in=False),
    Shown("card", at("modelcards:card", "oak")),
    Shown("card, nobody signed in", at("modelcards:card", "elm"), signed_in=False),
    Shown("tree", at("modelcards:tree")),
    Shown("compare", at("evaluation:compare", query="models=oak,elm")),
    Shown("compare, nothing chosen", at("evaluation:compare")),
    Shown("sign in", at("login"), signed_in=False),
    Shown("tokens", at("tokens")),
    Shown("no such page", lambda: "/models/no-such-model/"),
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for all pages: each gets a context of its own."""
    with pytest.MonkeyPatch.context() as patch, browsers.chromium() as browser:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield browser


@pytest.fixture
def administrator() -> User:
    return make_user("administrator", is_superuser=True, is_staff=True)


@pytest.fixture
def models(administrator) -> None:
    """Three related models with facts that disagree, weights, scores of two origins and a text."""
    oak = make_card("Oak", card_text=TEXT, parameters=7 * 10**9, training_tokens=10**12, licence_id="llama2", **_day(1))
    elm = make_card("Elm", architecture_family="encoder-only", stage="finetuned", licence="Apache 2.0", **_day(2))
    ash = make_card("Ash", architecture_family="", stage="", open_weights=None, parameters=None, **_day(3))
    make_organisation("House of Trees", [oak, elm])
    make_lineage(elm, oak)
    make_lineage(ash, elm, "quantized")
    make_fact(oak, "parameters", "7B", citation="https://arxiv.org/abs/2302.13971")
    make_fact(oak, "parameters", "6.7B", chosen=False, source="https://example.org/oak", confidence="unchecked")
    make_fact(oak, "training_note", "Trained for a year and a day.")
    make_fact(oak, "suited_tasks", "shade; acorns")
    make_fact(oak, "limits", "Does not move.")
    checkpoint = make_checkpoint(oak, step=1000, tokens_seen=10**9)
    make_score(make_cell(checkpoint, make_task("acorns"), state="done"))
    make_published(elm, make_benchmark("leaves"))


def _day(month: int) -> dict[str, datetime.date]:
    return {"release_date": datetime.date(2023, month, 1)}


@pytest.mark.parametrize(
    ("shown", "width"), [pytest.param(one, width, id=f"{one.name}-{width}") for one in PAGES for width in one.widths]
)
def test_the_page_has_no_serious_violation(shown, width, models, administrator, live_server, chromium):
    size = {"width": width, "height": 900}
    context = chromium.new_context(base_url=live_server.url, viewport=size, reduced_motion="reduce")
    if shown.signed_in:
        context.add_cookies([{"name": "sessionid", "value": _session(administrator), "url": live_server.url}])
    page = context.new_page()
    trouble = browsers.watch(page, live_server.url)
    page.goto(shown.address())
    page.wait_for_load_state("networkidle")
    shown.act(page)
    assert_accessible(page, f"{shown.name} at {width} px")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
    assert [said for said in trouble if "404" not in said] == []


def _session(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


def test_the_check_would_notice(live_server, chromium):
    page = chromium.new_page()
    page.goto(live_server.url + reverse("login"))
    page.evaluate("document.querySelector('main').innerHTML = '<img src=\"/static/hub/icon.svg\"><input>'")
    with pytest.raises(AssertionError, match="image-alt at #main > img"):
        assert_accessible(page, "a page spoilt on purpose")
    page.close()
