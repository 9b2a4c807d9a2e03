"""Editing in a real browser: typing, preview, saving, history, two at once, at both widths and without scripts."""

import re
from typing import Any

import pytest
from playwright.sync_api import Dialog, Page, expect

from modelcards.models import Fact, ModelCard
from tests import browsers
from tests.factories import make_card, make_fact, make_organisation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = [pytest.param(width, id=str(width)) for width in (1440, 390)]


@pytest.fixture
def card(owner):
    card = make_card("Oak", owner=owner, parameters=7 * 10**9, card_text="Old words.")
    for field, value in {"name": "Oak", "parameters": "7B", "stage": "base"}.items():
        make_fact(card, field, value, source="A paper")
    return card


@pytest.fixture
def browser(live_server, chromium, owner, signed_in):
    """Opens pages in which the owner is signed in; a script error or a request to another host fails the test."""
    watched: list[list[str]] = []
    cookie: Any = {"name": "sessionid", "value": signed_in(owner).cookies["sessionid"].value, "url": live_server.url}
    with browsers.windows(chromium):

        def opened(**options) -> Page:
            context = chromium.new_context(base_url=live_server.url, **options)
            context.add_cookies([cookie])
            page = context.new_page()
            watched.append(browsers.watch(page, live_server.url))
            return page

        yield opened
    # A refused form is answered with 422 and a conflict with 409: the browser notes these in its console.
    told = [said for page in watched for said in page]
    assert [said for said in told if not re.search(r"status of (409|422)", said)] == []


def size(width: int) -> dict:
    return {"viewport": {"width": width, "height": 900}}


def fits(page: Page) -> None:
    """No page is wider than the screen, and on a phone every control can be hit."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    if page.viewport_size["width"] < 800:
        low = page.evaluate(
            "[...document.querySelectorAll('main input:not([type=hidden]):not([type=radio]):not([type=checkbox]),"
            " main select, main button')].filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 44)"
            ".map(e => e.outerHTML.slice(0, 80))"
        )
        assert low == []


@pytest.mark.parametrize("width", WIDTHS)
def test_edit_preview_save_history_and_conflict(card, browser, width):
    mine, theirs = browser(**size(width)), browser(**size(width))
    for page in (mine, theirs):
        page.goto("/models/oak/edit/")
        fits(page)
    theirs.fill("#f-parameters", "6B")
    theirs.fill("#f-layers", "40")
    expect(theirs.locator("#preview")).to_contain_text("Parameters changed from 7B to 6B")
    theirs.click("[data-save]")
    expect(theirs.locator(".messages")).to_contain_text("Saved")

    mine.fill("#source", "arXiv:2302.13971")
    mine.fill("#f-parameters", "8B")
    mine.fill("#f-text", "New words.")
    expect(mine.locator("#raw")).to_have_value(re.compile("parameters: 8B[^$]*arXiv:2302.13971[^$]*New words"))
    expect(mine.locator("#preview")).to_contain_text("has changed this card since you opened it")
    fits(mine)
    mine.click("[data-save]")
    expect(mine.locator("h1")).to_have_text("Somebody else edited this card meanwhile")
    fits(mine)
    mine.check("input[name=pick-parameters][value=mine]")
    mine.click("main form button.primary")
    expect(mine.locator(".messages")).to_contain_text("Saved")
    card.refresh_from_db()
    assert (card.parameters, card.layers, card.card_text, card.version) == (8 * 10**9, 40, "New words.", 3)
    assert Fact.objects.get(field="parameters", chosen=True).source == "arXiv:2302.13971"

    mine.goto("/models/oak/history/")
    expect(mine.locator("main")).to_contain_text("Parameters changed from 6B to 8B")


def test_the_form_follows_the_raw_text_and_lines_of_errors_are_gone_to(card, browser):
    page = browser(**size(1440))
    page.goto("/models/oak/edit/")
    page.fill("#raw", "---\nname: Oak\nparameters: 9B\n---\nBy raw.")
    expect(page.locator("#f-parameters")).to_have_value("9B")
    expect(page.locator("#f-stage")).to_have_value("")
    expect(page.locator("#f-text")).to_have_value("By raw.")
    page.fill("#raw", "---\nname: Oak\nname: Elm\n---\nBy raw.")
    page.click("#summary a[data-line='3']")
    assert (
        page.evaluate("document.activeElement.value.slice(0, document.activeElement.selectionStart)").count("\n") == 2
    )
    page.fill("#raw", "---\nname: Oak\nparameters: 5B\n---\nBy raw.")
    expect(page.locator("#summary")).to_be_empty()
    page.click("[data-save]")
    expect(page.locator(".messages")).to_contain_text("Saved")
    assert ModelCard.objects.get().parameters == 5 * 10**9


def test_errors_are_gone_to_from_the_summary(card, browser):
    page = browser(**size(1440))
    page.goto("/models/oak/edit/")
    page.fill("#f-layers", "many")
    page.click("[data-save]")
    expect(page.locator("#h-errors")).to_be_focused()
    page.click("#summary a[href='#f-layers']")
    expect(page.locator("#f-layers")).to_be_in_viewport()
    expect(page.locator("#f-layers")).to_have_value("many")
    expect(page.locator("#f-layers")).to_have_attribute("aria-invalid", "true")


def test_values_are_suggested_while_typing(card, browser):
    make_organisation("Forest", [card])
    page = browser(**size(1440))
    page.goto("/models/oak/edit/")
    page.click("#f-organisation")
    page.keyboard.type("Wood; fo")
    expect(page.locator("#list-organisation option[value='Wood; Forest']")).to_have_count(1)


def test_leaving_with_unsaved_changes_is_asked_about(card, browser):
    page = browser(**size(1440))
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    page.goto("/models/oak/edit/")
    page.goto("/models/oak/")
    assert asked == []
    page.goto("/models/oak/edit/")
    page.click("#f-layers")
    page.keyboard.type("3")
    expect(page.locator(".edit-state")).to_have_text("Not saved yet")
    page.goto("/models/oak/")
    assert asked == ["beforeunload"]


@pytest.mark.parametrize("width", WIDTHS)
def test_all_of_it_works_without_scripts(card, browser, width):
    page = browser(**size(width), java_script_enabled=False)
    page.goto("/models/oak/edit/")
    page.fill("#f-parameters", "8B")
    page.click("button[name=preview]")
    expect(page.locator("#preview")).to_contain_text("Parameters changed from 7B to 8B")
    expect(page.locator("#raw")).to_have_value(re.compile("parameters: 8B"))
    page.click("[data-save]")
    expect(page.locator(".messages")).to_contain_text("Saved")
    page.goto("/models/oak/rename/")
    page.fill("#slug", "white-oak")
    page.click("main form button.primary")
    expect(page).to_have_url(re.compile("/models/white-oak/$"))
    page.goto("/models/oak/")
    expect(page).to_have_url(re.compile("/models/white-oak/$"))
    page.goto("/models/white-oak/archive/")
    page.click("main form button.danger")
    page.click("main form button.primary")
    expect(page.locator(".messages")).to_contain_text("in the catalog again")
