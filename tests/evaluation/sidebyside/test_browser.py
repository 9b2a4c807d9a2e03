"""Reading samples side by side with a mouse and with keys alone."""

import re

import pytest
from playwright.sync_api import expect

from evaluation.outcomes.kept import KEPT
from tests.browsers import fits, watch
from tests.evaluation.sidebyside.rows import make_side
from tests.factories import make_card, make_task

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(chromium, live_server):
    """Two models on 23 documents, of which oak alone has every second right."""
    KEPT.clear()
    task = make_task("trees")
    make_side(make_card("Oak"), task, [number % 2 for number in range(23)])
    make_side(make_card("Elm"), task, [0] * 23)
    page = chromium.new_context(base_url=live_server.url, viewport={"width": 1440, "height": 900}).new_page()
    trouble = watch(page, live_server.url)
    page.goto("/compare/samples/?models=oak,elm&task=trees")
    yield page
    page.context.close()
    assert trouble == []


def test_a_reader_finds_what_one_model_alone_has_right_and_opens_the_prompt(page):
    page.get_by_role("link", name="Oak right, Elm wrong: 11").click()
    expect(page).to_have_url(re.compile(r"right=oak&wrong=elm"))
    expect(page.locator(".doc")).to_have_count(10)
    first = page.locator(".doc").first
    expect(first).to_contain_text("Document 1")
    expect(first.get_by_role("row", name=re.compile("right answer: yes"))).to_contain_text("73 %")
    expect(first.locator(".exact pre")).to_be_hidden()
    first.get_by_text("The exact prompt").click()
    expect(first.locator(".exact pre")).to_have_text("Q: d1\nA:")
    first.get_by_role("link", name="Link to this document").click()
    expect(page).to_have_url(re.compile(r"document=d1"))
    expect(page.locator(".doc")).to_have_count(1)
    page.get_by_role("link", name="All documents").click()
    expect(page.locator(".doc")).to_have_count(10)


def test_keys_turn_pages_and_step_through_documents_but_not_in_the_search(page):
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(r"page=2"))
    expect(page.locator(".doc").first).to_contain_text("Document 10")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("#d-11")).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator("#d-10")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".doc").first).to_contain_text("Document 0")
    page.get_by_label("Search documents and answers").fill("d2")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"search=d2"))
    expect(page.locator(".doc")).to_have_count(4)


def test_on_a_phone_every_choice_shows_each_models_mark_and_nothing_is_cut_off(page):
    page.set_viewport_size({"width": 390, "height": 800})
    page.select_option("[name=sort]", "disagreement")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile(r"sort=disagreement"))
    fits(page)
    cells = page.locator(".doc").first.locator("tbody tr").first.get_by_role("cell")
    expect(cells).to_have_count(2)
    for cell in cells.all():
        expect(cell.locator(".who svg")).to_be_visible()
        expect(cell).to_contain_text("%")


def test_the_same_keys_turn_the_pages_of_one_models_samples(page):
    page.get_by_role("link", name=re.compile("^Oak acc")).click()
    expect(page).to_have_url(re.compile(r"/cells/\d+/samples/$"))
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(r"page=2"))
    page.keyboard.press("j")
    expect(page.locator("#d-10")).to_be_focused()
