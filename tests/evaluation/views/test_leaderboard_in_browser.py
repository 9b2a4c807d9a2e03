"""The leaderboard as a person uses it: choosing, sorting, pinning, on a desk and on a phone, and without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsers import fits, watch
from tests.evaluation.leaderboard.rows import make_answering
from tests.evaluation.leaderboard.test_ties import answers
from tests.factories import make_benchmark, make_card, make_published

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def board() -> None:
    """Three models on two tasks, and one that a paper tells of."""
    for name, right in (("Oak", 190), ("Elm", 188), ("Ash", 60)):
        make_answering(name, {"acorns": answers(right), "leaves": answers(200 - right)})
    make_published(make_card("Fir"), make_benchmark("bark"), 0.7)


def order(page: Page) -> list[str]:
    """The models in the order in which one sees them."""
    shown = page.locator(".board tbody .name, .tile-head .name").filter(visible=True)
    return shown.all_inner_texts()


def test_a_person_chooses_sorts_and_pins(board, live_server, chromium: Browser) -> None:
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    trouble = watch(page, live_server.url)
    page.goto(f"{live_server.url}/leaderboard/")
    page.click(".pickmenu summary >> nth=0")
    page.fill("#find-task", "acor")
    expect(page.locator("[name=tasks][value=leaves]")).to_be_hidden()
    page.fill("#find-task", "")
    page.locator("[name=tasks][value=leaves]").uncheck()
    page.locator("text=Show these").filter(visible=True).click()
    expect(page).to_have_url(re.compile(r"/leaderboard/\?.*tasks=acorns"))
    assert order(page) == ["Oak", "Elm", "Ash"]
    assert page.locator(".board .lane.first").count() == 1
    page.click("thead a:has-text('Model')")
    expect(page).to_have_url(re.compile(r"sort=-?name"))
    page.locator("[aria-label='Pin Ash']").filter(visible=True).click()
    expect(page).to_have_url(re.compile("pin=ash"))
    assert order(page)[0] == "Ash"
    page.click("text=Published")
    expect(page).to_have_url(re.compile("origin=published"))
    assert order(page) == ["Fir"]
    assert trouble == []
    page.close()


def test_weights_change_the_average_in_the_address(board, live_server, chromium: Browser) -> None:
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{live_server.url}/leaderboard/")
    page.click("summary:has-text('Weights')")
    page.fill("[name='weight.leaves']", "3")
    page.click("text=Weigh so")
    expect(page).to_have_url(re.compile("weights=leaves:3"))
    assert order(page) == ["Ash", "Elm", "Oak"]
    page.close()


def test_a_phone_has_rows_of_its_own_that_sort(board, live_server, chromium: Browser) -> None:
    page = chromium.new_page(viewport={"width": 390, "height": 844})
    trouble = watch(page, live_server.url)
    page.goto(f"{live_server.url}/leaderboard/?tasks=acorns")
    fits(page)
    expect(page.locator(".board")).to_be_hidden()
    assert order(page) == ["Oak", "Elm", "Ash"]
    page.select_option("[name=sort]", "name")
    expect(page).to_have_url(re.compile("sort=name"))
    assert order(page) == ["Ash", "Elm", "Oak"]
    page.click("summary:has-text('Tasks')")
    box = page.locator(".pickmenu[open] .sheet").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert trouble == []
    page.close()


def test_it_works_without_scripts(board, live_server, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/leaderboard/")
    page.click("summary:has-text('Columns')")
    page.get_by_label("Stage").check()
    page.click("text=Show so")
    expect(page).to_have_url(re.compile("columns=stage,parameters,average"))
    context.close()
