"""A real browser on the queue: it stays current, what is ticked stays ticked, and many runs are changed at once."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Page, expect

from evaluation.models import Run
from tests import browsers
from tests.accessibility import assert_accessible
from tests.factories import (
    make_card,
    make_cell,
    make_checkpoint,
    make_device,
    make_evaluation,
    make_run,
    make_task,
    make_user,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = [1440, 820, 390]


@pytest.fixture
def page(request, live_server, monkeypatch, chromium):
    """A signed-in browser of some width; the test fails on a console error or a request that leaves the site."""
    for module in ("retry", "reprioritise"):
        monkeypatch.setattr(f"evaluation.actions.{module}.wake", lambda count=1, runs=(): True)
    client = Client()
    client.force_login(make_user("ada"))
    width = getattr(request, "param", WIDTHS[0])
    with browsers.windows(chromium) as browser:
        context = browser.new_context(base_url=live_server.url, viewport={"width": width, "height": 900})
        cookie = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        opened = context.new_page()
        trouble = browsers.watch(opened, live_server.url)
        yield opened
    assert trouble == []


def one(name: str, person: str = "ada", state: str = "queued", **fields) -> Run:
    """A run of one cell of the model ``name``, wanted by its person."""
    asked = User.objects.filter(username=person).first() or make_user(person)
    checkpoint = make_checkpoint(make_card(name))
    run = make_run(checkpoint, state, requested_by=asked, **fields)
    make_evaluation([make_cell(checkpoint, make_task(), state, run=run, documents_total=100)], asked)
    return run


def tick(page: Page, run: Run) -> None:
    page.locator(f"#r-{run.pk} input[type=checkbox]").check()


@pytest.mark.parametrize("page", [1440, 390], indirect=True)
def test_it_stays_current_and_keeps_what_is_ticked(page):
    oak, elm = one("Oak"), one("Elm")
    page.goto("/queue/")
    tick(page, oak)
    expect(page.locator("#ticked")).to_have_text("1")
    loads: list[str] = []
    page.on("load", lambda loaded: loads.append(loaded.url))
    Run.objects.filter(pk=elm.pk).update(
        state="running", attempt=1, owner="gpu-1/cuda:0", lease_until=elm.created_at, progress={"seconds_left": 240}
    )
    row = page.locator(f"#r-{elm.pk}")
    expect(row).to_contain_text("gpu-1/cuda:0", timeout=10_000)
    expect(row).to_contain_text("4 min left")
    expect(page.locator(f"#r-{oak.pk}")).to_contain_text("place 1 of 1")
    expect(page.locator(f"#r-{oak.pk} input")).to_be_checked()
    expect(page.locator("#ticked")).to_have_text("1")
    assert loads == []


@pytest.mark.parametrize("page", [1440, 390], indirect=True)
def test_ticked_runs_are_cancelled_after_a_question(page):
    oak, elm = one("Oak"), one("Elm")
    page.goto("/queue/")
    button = page.locator("#bulk button[value=cancel]")
    expect(button).to_be_disabled()
    tick(page, oak)
    page.once("dialog", lambda dialog: dialog.dismiss())
    button.click()
    assert Run.objects.get(pk=oak.pk).state == "queued"
    page.once("dialog", lambda dialog: dialog.accept())
    button.click()
    expect(page.locator(".messages")).to_contain_text("1 run was cancelled")
    expect(page.locator(f"#r-{elm.pk}")).to_be_visible()
    expect(page.locator(f"#r-{oak.pk}")).to_have_count(0)
    assert Run.objects.get(pk=oak.pk).state == "cancelled"


def test_all_that_match_are_put_behind_others_and_the_filter_stays(page):
    for number in range(30):
        one(f"M{number}")
    other = one("Oak", person="ben")
    page.goto("/queue/")
    page.get_by_label("Person").select_option("ada")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url("/queue/?model=&task=&person=ada&node=")
    expect(page.locator("#matching")).to_have_text("30")
    page.get_by_label("all that match").check()
    page.get_by_label("Priority", exact=True).fill("-9")
    page.get_by_role("button", name="Set", exact=True).click()
    expect(page.locator(".messages")).to_contain_text("30 runs have priority -9 now")
    expect(page).to_have_url("/queue/?person=ada")
    assert Run.objects.filter(priority=-9).count() == 30
    assert Run.objects.get(pk=other.pk).priority == 0


def test_one_tick_takes_all_of_the_page_and_only_ones_own(page):
    mine = [one("Oak"), one("Elm")]
    one("Ash", person="ben")
    page.goto("/queue/")
    page.get_by_label("All of this page").check()
    expect(page.locator("#ticked")).to_have_text("2")
    page.locator(f"#r-{mine[0].pk} input").uncheck()
    expect(page.locator("#ticked")).to_have_text("1")
    assert page.locator("#tick-all").evaluate("box => box.indeterminate")


def test_a_run_that_appears_is_shown_on_an_empty_page(page):
    page.goto("/queue/")
    expect(page.locator("#found")).to_contain_text("The queue is empty")
    run = one("Oak")
    expect(page.locator(f"#r-{run.pk}")).to_be_visible(timeout=20_000)
    expect(page.locator("#tick-all")).to_be_visible()


@pytest.mark.parametrize("page", WIDTHS, indirect=True)
def test_everybody_can_read_and_use_it_and_nothing_scrolls_sideways(page):
    make_device(name="cuda:0")
    one("A model whose name is so long that it needs more than one line of a phone", memory_need=900 * 2**30)
    one("Elm", state="running", owner="a-node-with-a-long-name.cluster.example/cuda:0")
    one("Ash", state="failed", reason="out of memory at batch 1; " * 5)
    for address in ("/queue/", "/queue/?state=failed", "/queue/?model=nothing"):
        page.goto(address)
        assert_accessible(page, address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto("/queue/")
    names = page.locator(".queue .what").evaluate_all(
        "cells => cells.map((cell) => cell.getBoundingClientRect().width)"
    )
    assert min(names) > 150
    page.locator("input[name=run]").first.check()
    low = """[...document.querySelectorAll('#bulk button, #bulk .in, .narrow-by .in, .tickbox label, .seg a')]
        .filter((one) => one.offsetParent && one.getBoundingClientRect().height < (innerWidth < 800 ? 40 : 24))
        .map((one) => one.outerHTML)"""
    assert page.evaluate(low) == []


def test_it_works_without_scripts(live_server, chromium):
    client = Client()
    client.force_login(make_user("ada"))
    run = one("Oak")
    with browsers.windows(chromium) as browser:
        context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
        cookie = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page = context.new_page()
        page.goto("/queue/")
        page.locator(f"#r-{run.pk} input").check()
        page.locator("#bulk button[value=cancel]").click()
        page.wait_for_url("**/queue/")
        assert "1 run was cancelled" in page.locator(".messages").inner_text()
    assert Run.objects.get(pk=run.pk).state == "cancelled"
