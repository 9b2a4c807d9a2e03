"""The list of models in a real browser: htmx, history, the tray, the sheet on a phone, and no scripts at all."""

import datetime
import re

import pytest
from playwright.sync_api import Page, expect

from tests import browsers
from tests.factories import make_card

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def models():
    """Three models of two families."""
    make_card("Acer", parameters=10**9, release_date=datetime.date(2021, 1, 1))
    make_card("Birch", parameters=7 * 10**9, release_date=datetime.date(2022, 1, 1))
    make_card("Cedar", parameters=2 * 10**8, architecture_family="encoder-only")


@pytest.fixture
def chromium(live_server, chromium):
    """Opens pages; a console error or a request to another host fails the test."""
    watched: list[list[str]] = []
    with browsers.windows(chromium) as browser:

        def opened(**options) -> Page:
            page = browser.new_context(base_url=live_server.url, **options).new_page()
            watched.append(browsers.watch(page, live_server.url))
            return page

        yield opened
    assert [said for page in watched for said in page] == []


def test_filters_change_list_counts_and_address_and_back_undoes_them(models, chromium):
    page = chromium()
    page.goto("/models/")
    page.check("#f-architecture_family-decoder-only")
    expect(page.locator("#count")).to_have_text("2 of 3 models")
    page.fill("#f-parameters_min", "2B")
    page.press("#f-parameters_min", "Tab")
    expect(page.locator("#count")).to_have_text("1 of 3 models")
    expect(page).to_have_url(re.compile(re.escape("/models/?architecture_family=decoder-only&parameters_min=2B") + "$"))
    page.go_back()
    expect(page.locator("#count")).to_have_text("2 of 3 models")
    expect(page.locator("#f-parameters_min")).to_have_value("")
    page.go_forward()
    expect(page.locator("#f-parameters_min")).to_have_value("2B")


def test_the_enter_key_is_one_step_of_history(models, chromium):
    page = chromium()
    page.goto("/models/")
    page.check("#f-architecture_family-decoder-only")
    expect(page.locator("#count")).to_have_text("2 of 3 models")
    steps = page.evaluate("history.length")
    page.locator("#f-parameters_min").press_sequentially("2B")
    page.press("#f-parameters_min", "Enter")
    expect(page.locator("#count")).to_have_text("1 of 3 models")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("history.length") == steps + 1
    page.go_back()
    expect(page.locator("#count")).to_have_text("2 of 3 models")


def test_focus_stays_where_the_reader_types(models, chromium):
    page = chromium()
    page.goto("/models/")
    page.locator("#search").press_sequentially("birch", delay=20)
    expect(page.locator("#count")).to_have_text("1 of 3 models")
    expect(page.locator("#search")).to_be_focused()
    page.check("#f-open_weights-yes")
    expect(page.locator(".fchip")).to_have_count(2)
    expect(page.locator("#f-open_weights-yes")).to_be_focused()


def test_ticks_fill_the_tray_and_a_filter_does_not_empty_it(models, chromium):
    page = chromium()
    page.goto("/models/?sort=name")
    page.check("#c-acer")
    expect(page.locator("#tray")).to_contain_text("1 chosen")
    page.check("#c-birch")
    expect(page.locator("#tray a.primary")).to_have_attribute("href", "/compare/?models=acer,birch")
    page.fill("#search", "cedar")
    expect(page.locator("#count")).to_have_text("1 of 3 models")
    expect(page.locator("#tray")).to_contain_text("2 chosen")
    expect(page).to_have_url(re.compile(re.escape("chosen=acer,birch")))


def test_on_a_phone_the_filters_are_a_sheet_and_nothing_scrolls_sideways(models, chromium):
    page = chromium(viewport={"width": 390, "height": 844})
    page.goto("/models/?chosen=acer,birch")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.click("#filters-link")
    page.check("#f-architecture_family-encoder-only")
    expect(page.locator("#sheet-show")).to_have_text("Show 1 model")
    page.keyboard.press("Escape")
    expect(page.locator("#rail")).to_be_hidden()
    expect(page.locator("#filters-link")).to_have_text("Filters (1)")
    page.goto("/models/acer/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_without_scripts_the_form_submits(models, chromium):
    page = chromium(java_script_enabled=False)
    page.goto("/models/")
    page.check("#f-architecture_family-encoder-only")
    page.check("#c-cedar")
    page.locator("#rail noscript button").click()
    expect(page).to_have_url(re.compile(re.escape("/models/?architecture_family=encoder-only&chosen=cedar") + "$"))
    expect(page.locator("#tray")).to_contain_text("1 chosen")
