"""A real browser on the tree and the comparison: figures draw under the policy against foreign scripts."""

from datetime import date

import pytest
from playwright.sync_api import Page

from tests import browsers
from tests.evaluation.comparison.rows import make_measured
from tests.factories import make_card, make_task

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DRAWN = "() => [...document.querySelectorAll('[data-figure]')].every((box) => box.querySelector('.main-svg'))"
CHIP = """() => {
  const box = document.querySelector('[data-figure]'), hit = box.data.find((trace) => trace.customdata);
  const {xaxis, yaxis} = box._fullLayout, frame = box.getBoundingClientRect();
  return [frame.left + xaxis._offset + xaxis.d2p(hit.x[1]), frame.top + yaxis._offset + yaxis.d2p(hit.y[1])];
}"""


@pytest.fixture
def page(live_server, chromium):
    """A browser; the test fails on a console error or a request that leaves the site."""
    with browsers.windows(chromium) as browser:
        opened = browser.new_context(base_url=live_server.url, color_scheme="light").new_page()
        trouble = browsers.watch(opened, live_server.url)
        yield opened
    assert trouble == []


def fills(page: Page) -> set[str]:
    found: list[str] = page.evaluate("document.querySelector('[data-figure]').data.map((t) => t.fillcolor || '')")
    return set(found)


def test_the_tree_draws_zooms_changes_colours_and_leads_to_a_card(page) -> None:
    make_card("Oak", release_date=date(2021, 5, 1))
    make_card("Elm", release_date=date(2022, 5, 1), open_weights=False)
    page.goto("/tree/")
    page.wait_for_function(DRAWN)
    light = fills(page)
    assert not any("var(" in fill for fill in light)
    page.locator("[data-theme-toggle]").click()
    page.wait_for_function(
        "(old) => !document.querySelector('[data-figure]').data.some((t) => t.fillcolor === old)", arg="#3f5ea5"
    )
    assert fills(page) != light

    before = page.evaluate("document.querySelector('[data-figure]')._fullLayout.xaxis.range.slice()")
    page.locator("[data-zoom=in]").click()
    page.wait_for_function(
        "(x) => document.querySelector('[data-figure]')._fullLayout.xaxis.range[0] > x", arg=before[0]
    )
    page.locator("[data-zoom=all]").click()
    page.wait_for_function(
        "(x) => document.querySelector('[data-figure]')._fullLayout.xaxis.range[0] === x", arg=before[0]
    )

    x, y = page.evaluate(CHIP)
    page.mouse.move(x, y)
    page.locator(".hovertext").first.wait_for()
    page.mouse.click(x, y)
    page.wait_for_url("**/models/*/")


def test_a_phone_gets_the_list_and_no_page_that_scrolls_sideways(page) -> None:
    make_card("Oak with a rather long name of thirty", release_date=date(2021, 5, 1))
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/tree/")
    assert page.locator(".rails a").first.is_visible()
    assert not page.locator("[data-figure]").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("a.as-picture").click()
    page.wait_for_function(DRAWN)


def test_the_comparison_draws_its_bars_and_curves(page) -> None:
    task, oak, elm = make_task("quiz"), make_card("Oak"), make_card("Elm")
    for shots in (0, 5):
        make_measured(oak, task, [1.0] * 30 + [0.0] * 70, shots=shots)
        make_measured(elm, task, [1.0] * 80 + [0.0] * 20, shots=shots)
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto("/compare/?models=oak,elm")
        page.wait_for_function(DRAWN)
        assert page.locator("[data-figure]").count() == 3
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    drawn = page.locator("[data-figure]").first.bounding_box()
    page.set_viewport_size({"width": 1000, "height": 900})
    page.wait_for_function("() => document.querySelector('[data-figure] .main-svg').clientWidth > 500")
    assert page.locator("[data-figure] .svg-container").first.bounding_box()["height"] == drawn["height"]
    page.locator(".v.better").first.focus()
    assert page.locator(".v.better").first.get_attribute("aria-label").startswith("better, +0.500. Exact McNemar")
