"""A real browser on the plots: figures are drawn, marks lead on, the form works by keyboard, all can read them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests import browsers
from tests.evaluation.plots.test_shots import SERIES, told
from tests.evaluation.plots.test_training import trained
from tests.factories import make_benchmark, make_card, make_task, make_user
from tests.shown import Shown, at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DRAWN = "() => [...document.querySelectorAll('[data-figure]')].every((box) => box.querySelector('.main-svg'))"
MARK = """() => {
  const box = document.querySelector('[data-figure]');
  const trace = box.data.find((one) => one.customdata), frame = box.getBoundingClientRect();
  const place = trace.customdata.indexOf('/models/middle/'), {xaxis, yaxis} = box._fullLayout;
  const x = xaxis._offset + xaxis.d2p(trace.x[place]), y = yaxis._offset + yaxis.d2p(trace.y[place]);
  return [frame.left + x, frame.top + y];
}"""


@pytest.fixture
def scores() -> None:
    """A series with two tasks at three numbers of shots, and a model with scored checkpoints."""
    tasks = [make_benchmark("swag", name="Swag"), make_benchmark("quiz", name="Quiz")]
    for place, (name, (size, gain)) in enumerate(SERIES.items()):
        card = make_card(name, parameters=size)
        for task in tasks:
            told(card, task, {0: 0.3 + place / 10, 1: 0.3 + place / 10 + gain / 2, 20: 0.3 + place / 10 + gain})
    trained("Oak", make_task("swag"), (0.25, 0.26, 0.3, 0.6))


@pytest.fixture
def page(live_server, chromium, scores):
    """A page of the site; the test fails on a console error or a request that leaves the site."""
    context = chromium.new_context(
        base_url=live_server.url, color_scheme="light", viewport={"width": 1440, "height": 900}
    )
    opened = context.new_page()
    trouble = browsers.watch(opened, live_server.url)
    yield opened
    context.close()
    assert trouble == []


def test_a_mark_tells_of_its_model_and_leads_to_it(page: Page) -> None:
    page.goto("/plots/?task=swag&shots=0&origin=published")
    page.wait_for_function(DRAWN)
    page.locator("[data-figure]").scroll_into_view_if_needed()
    x, y = page.evaluate(MARK)
    page.mouse.move(x - 3, y)
    page.mouse.move(x, y)
    expect(page.locator(".hoverlayer")).to_contain_text("Middle")
    page.mouse.click(x, y)
    expect(page).to_have_url(re.compile("/models/middle/$"))


def test_the_form_draws_another_task_and_the_address_holds_the_choice(page: Page) -> None:
    page.goto("/plots/?task=swag&shots=0&origin=published&x_scale=linear")
    page.get_by_label("Task").select_option("quiz")
    page.get_by_role("button", name="Draw").press("Enter")
    expect(page).to_have_url(re.compile("task=quiz.*x_scale=linear"))
    expect(page.get_by_role("heading", name="Quiz, 0-shot, against parameters")).to_be_visible()


def test_every_view_draws_all_of_its_figures(page: Page) -> None:
    for words, figures in (("", 1), ("view=training", 1), ("view=shots", 2)):
        page.goto(f"/plots/?{words}")
        page.wait_for_function(DRAWN)
        assert page.locator(".main-svg").count() >= figures
        assert page.locator("[data-figure]").count() == figures


@pytest.mark.parametrize("words", ["task=swag&y=normalised", "view=training", "view=shots", "task=nowhere"])
def test_everybody_can_read_it(words, scores, onlooker) -> None:
    onlooker.check(Shown(f"plots {words}", at("evaluation:plots", query=words), afresh=True), make_user("reader"))
