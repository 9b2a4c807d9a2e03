"""A real browser where groups of tasks stand: on a card, between two models, and in the matrix of a plan."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from evaluation.groups import LARGE
from modelcards.models import Checkpoint
from tests import browsers
from tests.accessibility import assert_accessible
from tests.browsers import fits
from tests.evaluation.actions.conftest import runnable  # noqa: F401
from tests.evaluation.comparison.rows import make_measured
from tests.factories import make_device, make_task

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = (1440, 390)


@pytest.fixture
def page(live_server, chromium) -> Iterator[Page]:
    """A stranger's browser; the test fails on a console error or a request that leaves the site."""
    with browsers.windows(chromium) as browser:
        opened = browser.new_context(base_url=live_server.url).new_page()
        trouble = browsers.watch(opened, live_server.url)
        yield opened
    assert trouble == []


@pytest.fixture
def trees(runnable) -> list[Checkpoint]:  # noqa: F811
    """Two models that answer a large group whole, the second better."""
    found = [runnable("oak"), runnable("elm")]
    names = [f"leaves_of_many_kinds_{number:02}" for number in range(LARGE)]
    rule = {"metric": "acc", "filter_list": None, "weight_by_size": True}
    make_task("leaves", kind="group", members=names, aggregates=[rule])
    for name in names:
        task = make_task(name)
        for checkpoint, right in zip(found, (10, 18), strict=True):
            make_measured(checkpoint.card, task, [1.0] * right + [0.0] * (20 - right))
    return found


@pytest.mark.parametrize("width", WIDTHS)
def test_a_card_shows_the_group_and_unfolds_its_parts(page, trees, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/models/oak/")
    expect(page.locator("#zero-shot .dp", has_text="leaves")).to_have_count(1)
    expect(page.get_by_text("leaves_of_many_kinds_00")).to_be_hidden()
    page.locator("#parts summary").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("leaves_of_many_kinds_00")).to_be_visible()
    fits(page)
    assert_accessible(page, f"{page.url} at {width} px")
    page.locator("#zero-shot").get_by_role("link", name="leaves").click()
    expect(page.get_by_role("heading", name="Measured here")).to_be_visible()
    fits(page)


@pytest.mark.parametrize("width", WIDTHS)
def test_two_models_are_compared_on_the_group_and_on_its_parts_when_asked(page, trees, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/compare/?models=oak,elm")
    rows = page.locator("#scores tbody tr:not(.grp)")
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text(f"made of {LARGE} tasks")
    expect(rows.first.locator(".v.better")).to_have_count(1)
    page.get_by_role("switch", name="parts of groups").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**parts=all**")
    expect(rows).to_have_count(LARGE + 1)
    fits(page)
    assert_accessible(page, f"{page.url} at {width} px")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_matrix_says_below_each_model_what_it_needs_and_who_could_take_it(page, runnable, width):  # noqa: F811
    runnable("oak"), runnable("a-yew-with-a-rather-long-name", parameters=10**8)
    make_device(memory=2**29, tasks=[make_task("quiz")])
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/evaluations/new/?models=oak,a-yew-with-a-rather-long-name&tasks=quiz&num_fewshot=0,5")
    heads = page.locator("#preview tbody th")
    expect(heads.nth(0)).to_contain_text("1\N{NO-BREAK SPACE}node")
    expect(heads.nth(1)).to_contain_text("no node is large enough")
    fits(page)
    assert_accessible(page, f"{page.url} at {width} px")
