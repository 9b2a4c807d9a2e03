"""/tree/ in a browser: its filters on a desk and on a phone, the keys of its list, and the frame of another site."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import browsers
from tests.factories import make_card, make_organisation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Opened = Callable[..., Page]


@pytest.fixture
def wood() -> None:
    """Two open models and a closed one of the next year; makers enough that one looks for them by name."""
    oak, beech = make_card("Oak", release_date=date(2020, 5, 1)), make_card("Beech", release_date=date(2020, 6, 1))
    make_card("Elm", release_date=date(2021, 5, 1), open_weights=False)
    for number in range(9):
        make_organisation(f"House {number}", [oak, beech])
    make_organisation("Zelkova Labs", [oak])


@pytest.fixture
def opened(live_server, chromium: Browser) -> Iterator[Opened]:
    """Opens windows; a complaint of the browser fails the test."""
    contexts, watched = [], []

    def new(**options: Any) -> Page:
        contexts.append(chromium.new_context(base_url=live_server.url, reduced_motion="reduce", **options))
        page = contexts[-1].new_page()
        watched.append(browsers.watch(page, live_server.url))
        return page

    yield new
    for context in contexts:
        context.close()
    assert [said for each in watched for said in each] == []


def test_a_value_is_found_by_name_and_the_panel_stays_open(wood, opened, live_server) -> None:
    page = opened(viewport={"width": 1440, "height": 900})
    page.goto("/tree/?view=list")
    page.click("#tree-filters > summary")
    page.fill("[data-find=organisation]", "zelk")
    page.locator("#f-organisation-zelkova-labs").check()
    expect(page).to_have_url(f"{live_server.url}/tree/?organisation=zelkova-labs&view=list")
    expect(page.locator("#tree-list .hit")).to_have_count(1)
    expect(page.locator("#tree-filters .panel")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#tree-filters .panel")).to_be_hidden()
    page.click(".fchip a")
    expect(page).to_have_url(f"{live_server.url}/tree/?view=list")
    expect(page.locator("#f-organisation-zelkova-labs")).not_to_be_checked()
    page.locator("#tree-list .hit").first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#tree-list .hit").nth(1)).to_be_focused()
    page.get_by_role("button", name="Compare Oak").click()
    expect(page).to_have_url(f"{live_server.url}/tree/?chosen=oak&view=list")
    expect(page.locator("#tray .picks")).to_have_text("Oak")
    page.get_by_role("button", name="Compare Oak").click()
    expect(page).to_have_url(f"{live_server.url}/tree/?view=list")
    page.keyboard.press("/")
    expect(page.locator("#tree-find")).to_be_focused()


def test_on_a_phone_the_filters_are_a_sheet_that_keeps_the_rest_out(wood, opened, live_server) -> None:
    page = opened(viewport={"width": 390, "height": 844}, has_touch=True)
    page.goto("/tree/")
    expect(page.locator("#tree-list .hit")).to_have_count(3)
    page.tap("#tree-filters > summary")
    expect(page.locator("#tree-filters [data-close]").first).to_be_focused()
    assert page.evaluate("document.querySelector('header.top').inert && document.getElementById('tree-body').inert")
    page.tap("#f-open_weights-no")
    expect(page).to_have_url(f"{live_server.url}/tree/?open_weights=no")
    expect(page.locator("#tree-filters .panel-foot .primary")).to_have_text("Show 1 model")
    assert page.evaluate("document.getElementById('tree-body').inert")
    page.tap("#tree-filters .panel-foot .primary")
    expect(page.locator("#tree-filters .panel")).to_be_hidden()
    expect(page.locator("#tree-list .hit")).to_have_count(1)
    assert not page.evaluate("document.getElementById('tree-body').inert")
    browsers.fits(page)


def test_a_site_that_does_not_answer_is_said_and_asked_again(wood, chromium, live_server) -> None:
    page = chromium.new_page(base_url=live_server.url)
    page.goto("/tree/?view=list")
    page.route("**/tree/**", lambda route: route.abort())
    page.locator("#tree-colour").select_option("openness")
    expect(page.locator("#tree-trouble")).to_be_visible()
    page.unroute("**/tree/**")
    page.get_by_role("button", name="Ask again").click()
    expect(page).to_have_url(f"{live_server.url}/tree/?colour=openness&view=list")
    expect(page.locator("#tree-trouble")).to_be_hidden()
    page.close()


@pytest.fixture
def wiki(live_server, tmp_path: Path) -> Iterator[str]:
    """Another site, whose page shows the tree in a frame; its origin."""
    frame = f'<iframe src="{live_server.url}/tree/embed/?show=all" width="1000" height="700"></iframe>'
    (tmp_path / "index.html").write_text(f'<!doctype html><link rel="icon" href="data:,">{frame}')
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietFiles, directory=str(tmp_path)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


class QuietFiles(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_args: object) -> None:
        """Not a word."""


def test_another_site_shows_it_where_it_is_named(wood, chromium, wiki, settings) -> None:
    settings.TREE_EMBED_ORIGINS = [wiki]
    page = chromium.new_page()
    page.goto(wiki)
    frame = page.frame_locator("iframe")
    expect(frame.locator("[data-drawn] .main-svg").first).to_be_visible()
    assert frame.locator("a", has_text="Open in Arboretum").get_attribute("href") == "/tree/?show=all"
    page.close()


def test_a_site_that_is_not_named_shows_an_empty_frame(wood, chromium, wiki, settings) -> None:
    settings.TREE_EMBED_ORIGINS = ["https://wiki.example.org"]
    page = chromium.new_page()
    with page.expect_console_message(lambda said: "frame-ancestors" in said.text):
        page.goto(wiki)
    assert page.frame_locator("iframe").locator("[data-figure]").count() == 0
    page.close()
