"""Claims, the export menu and the menu of a figure in a real browser."""

import csv
import re
import struct
from xml.etree import ElementTree

import pytest
from playwright.sync_api import expect

from tests import browsers
from tests.evaluation.claims.rows import make_claim, make_values
from tests.factories import make_card, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(live_server, chromium):
    """A page of a new context, in which a person is signed in; it fails on what the browser complains of."""
    make_user("person", is_superuser=True)
    context = chromium.new_context(base_url=live_server.url, color_scheme="light", accept_downloads=True)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened = context.new_page()
    trouble = browsers.watch(opened, live_server.url)
    opened.goto("/accounts/login/")
    opened.fill("[name=username]", "person")
    opened.fill("[name=password]", "password")
    opened.click("main button[type=submit]")
    expect(opened).not_to_have_url(re.compile("login"))
    yield opened
    context.close()
    assert trouble == []


def trees():
    oak, elm = make_card("Oak"), make_card("Elm")
    make_values(oak, [0.6, 0.6, 0.6, 0.6, 0.4])
    make_values(elm, [0.5] * 5)


def saved(page, kind, folder):
    page.locator(".figure-menu summary").click()
    with page.expect_download() as download:
        page.click(f".figure-menu [data-save={kind}]")
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_a_person_states_a_claim_looks_at_its_verdict_and_removes_it(page):
    trees()
    page.goto("/claims/")
    page.get_by_role("link", name="State a claim").click()
    page.get_by_label("Sentence").fill("Oak beats Elm.")
    page.get_by_label("Model", exact=True).fill("oak")
    page.get_by_label("Against").fill("Elm")
    page.get_by_role("button", name="Look at the verdict").click()
    expect(page.locator("#preview .verdict")).to_contain_text("supported")
    page.get_by_role("button", name="Store the claim").click()
    expect(page).to_have_url(re.compile(r"/claims/oak-beats-elm/$"))
    page.on("dialog", lambda dialog: dialog.accept())
    with page.expect_navigation():
        page.get_by_role("button", name="Remove").click()
    expect(page.locator(".messages")).to_contain_text("The claim is removed.")


def test_a_figure_is_saved_as_picture_drawing_and_numbers(page, tmp_path):
    trees()
    make_claim()
    page.goto("/claims/oak-beats-elm/")
    page.locator(".main-svg").first.wait_for()
    png = saved(page, "png", tmp_path)
    head = png.read_bytes()[:24]
    assert head.startswith(b"\x89PNG")
    assert struct.unpack(">I", head[16:20])[0] >= 1400  # two pixels for each of the page
    assert png.name == "oak-against-elm.png"
    svg = saved(page, "svg", tmp_path)
    text = "".join(ElementTree.parse(svg).getroot().itertext())
    assert "Oak against Elm" in text
    assert "for the claim" in text
    assert "against the claim" in text
    assert "var(--" not in svg.read_text()
    rows = list(csv.DictReader(saved(page, "csv", tmp_path).open()))
    assert [row["benchmark"] for row in rows] == ["alpha", "beta", "delta", "epsilon", "gamma"]


def test_a_table_is_copied_and_its_page_too(page):
    trees()
    make_claim()
    page.goto("/claims/oak-beats-elm/")
    page.locator(".export > summary").click()
    page.get_by_role("button", name="Copy as Markdown").click()
    expect(page.get_by_role("button", name="Copy as Markdown")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()").startswith("**Oak beats Elm.**")
    page.get_by_role("button", name="Copy the line for programs").click()
    expect(page.get_by_role("button", name="Copy the line for programs")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()").endswith("/api/v1/claims/oak-beats-elm")
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator(".export button.rule")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    page.keyboard.press("Escape")
    expect(page.locator(".export .sheet")).to_be_hidden()


def test_series_are_drawn_when_they_are_opened(page):
    for name in ("Oak", "Elm", "Ash"):
        for number in (1, 2, 4):
            make_values(make_card(f"{name} {number}B", parameters=number * 10**9), [number / 10] * 5)
    page.goto("/claims/larger-is-better-within-a-family/")
    assert page.locator(".main-svg").count() == 0
    page.locator(".series summary").nth(1).click()
    page.locator(".series[open] .main-svg").first.wait_for()
