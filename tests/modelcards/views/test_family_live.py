"""The picture of a card's family in a real browser: within its panel on a phone, reached by pointer and keyboard."""

from datetime import date

import pytest
from playwright.sync_api import expect

from tests import browsers
from tests.accessibility import assert_accessible
from tests.factories import make_card, make_lineage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

INSIDE = """() => {
  const box = document.querySelector(".family"), ring = box.querySelector('path[stroke="var(--ink)"]');
  const [outer, inner] = [box.getBoundingClientRect(), ring.getBoundingClientRect()];
  return outer.left <= inner.left && inner.right <= outer.right;
}"""
HIDDEN = "() => { const box = document.querySelector('.family'); return box.scrollWidth - box.clientWidth; }"


@pytest.fixture
def family(db):
    """A base model, and eight that were made from it in one spring."""
    root = make_card("Oak", release_date=date(2021, 5, 1), architecture_family="decoder-only")
    for number in range(8):
        fields = {"release_date": date(2022, 4, 1 + number), "architecture_family": "decoder-only"}
        make_lineage(make_card(f"Long name of an Oak {number}", **fields), root)
    return root


def test_a_wide_family_scrolls_within_its_panel_and_begins_at_the_card(family, live_server, chromium) -> None:
    with browsers.windows(chromium) as browser:
        page = browser.new_page(base_url=live_server.url, viewport={"width": 390, "height": 844})
        said = browsers.watch(page, live_server.url)
        page.goto("/models/long-name-of-an-oak-7/")
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        page.goto("/models/oak/")
        page.locator("#lineage").scroll_into_view_if_needed()
        expect(page.locator(".family[data-begun]")).to_be_visible()
        assert page.evaluate(HIDDEN) > 100
        assert page.evaluate(INSIDE)
        assert_accessible(page, "card with a family")
        box = page.locator(".family")
        box.focus()
        before = box.evaluate("one => one.scrollLeft")
        page.keyboard.press("ArrowRight")
        page.wait_for_function("before => document.querySelector('.family').scrollLeft > before", arg=before)
        page.locator('.family a[href$="oak-3/"]').click()
        expect(page).to_have_url(f"{live_server.url}/models/long-name-of-an-oak-3/")
        assert said == []
