"""A real browser on the live pages: what the database says appears without a reload, focus and scroll stay."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Page, expect

from evaluation.models import Cell, Evaluation
from tests import browsers
from tests.factories import make_card, make_cell, make_checkpoint, make_evaluation, make_run, make_task, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(live_server, chromium):
    """A signed-in browser; the test fails on a console error or a request that leaves the site."""
    client = Client()
    client.force_login(make_user("ada"))
    with browsers.windows(chromium) as browser:
        context = browser.new_context(base_url=live_server.url)
        cookie = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        opened = context.new_page()
        trouble = browsers.watch(opened, live_server.url)
        yield opened
    assert trouble == []


@pytest.fixture
def evaluation(page) -> Evaluation:
    """Two cells under way on one device, with a log longer than its box."""
    oak, task = make_checkpoint(make_card("Oak")), make_task("arc")
    log = "\n".join(f"08:00:{second:02} progress {second}" for second in range(60))
    run = make_run(oak, "running", log_tail=log, progress={"seconds_left": 90})
    first = make_cell(oak, task, "running", run=run, documents_total=100, documents_done=10)
    second = make_cell(oak, task, "queued", run=run, num_fewshot=5, documents_total=100)
    return make_evaluation([first, second], User.objects.get(username="ada"), note="watched")


def watch(page: Page, path: str) -> list[str]:
    """Open ``path`` and count whole-page loads from then on."""
    loads: list[str] = []
    page.goto(path)
    page.on("load", lambda loaded: loads.append(loaded.url))
    return loads


def test_progress_moves_and_the_page_ends_asking_when_all_is_over(page, evaluation):
    loads = watch(page, f"/evaluations/{evaluation.pk}/")
    running = page.locator(".squares .cell.running")
    expect(running).to_contain_text("10")
    page.locator("#cancel").focus()
    log = page.locator(".log")
    assert log.evaluate("box => box.scrollTop + box.clientHeight >= box.scrollHeight - 4")
    log.evaluate("box => { box.scrollTop = 30 }")
    Cell.objects.filter(state="running").update(documents_done=70)
    expect(running).to_contain_text("70", timeout=10_000)
    assert page.evaluate("document.activeElement.id") == "cancel"
    assert log.evaluate("box => box.scrollTop") == 30
    Cell.objects.update(state="done", documents_done=100)
    expect(page.locator(".squares .cell.done")).to_have_count(2, timeout=20_000)
    expect(page.locator("[role=status][aria-live]")).to_contain_text("2 of 2 cells done")
    expect(page.locator("#cancel")).to_have_count(0)
    asked = []
    page.on("request", lambda sent: asked.append(sent.url))
    page.wait_for_timeout(3000)
    assert asked == []
    assert loads == []


def test_a_hidden_tab_asks_nothing_and_catches_up_when_seen(page, evaluation):
    watch(page, f"/evaluations/{evaluation.pk}/")
    hide = "document.dispatchEvent(new Event('visibilitychange'))"
    page.evaluate(f"Object.defineProperty(document, 'hidden', {{ value: true, configurable: true }}); {hide}")
    Cell.objects.filter(state="running").update(documents_done=55)
    page.wait_for_timeout(3500)
    expect(page.locator(".squares .cell.running")).to_contain_text("10")
    page.evaluate(f"Object.defineProperty(document, 'hidden', {{ value: false, configurable: true }}); {hide}")
    expect(page.locator(".squares .cell.running")).to_contain_text("55")


def test_what_a_reader_folded_stays_folded(page, evaluation):
    watch(page, f"/evaluations/{evaluation.pk}/")
    panel = page.locator("details.card").first
    panel.locator("summary").click()
    Cell.objects.filter(state="running").update(documents_done=44)
    expect(page.locator(".squares .cell.running")).to_contain_text("44", timeout=10_000)
    assert panel.evaluate("box => box.open") is False


def test_choosing_shows_the_plan_keeps_the_caret_and_the_address(page, runnable):
    runnable("oak")
    make_task("agreement")
    watch(page, "/evaluations/new/")
    page.get_by_label("oak").check()
    page.get_by_label("agreement").check()
    expect(page.get_by_role("button", name="Queue 1 cell")).to_be_enabled(timeout=10_000)
    search = page.get_by_label("Search models")
    search.press_sequentially("oa", delay=200)
    page.wait_for_url("**/evaluations/new/?models=oak&tasks=agreement&model_search=oa")
    expect(search).to_have_value("oa")
    assert page.evaluate("document.activeElement.id") == "model-search"
    page.get_by_role("button", name="Queue 1 cell").click()
    page.wait_for_url(re.compile(r"/evaluations/\d+/$"))
    expect(page.get_by_text("0 of 1", exact=True)).to_be_visible()


def test_nothing_can_be_queued_that_differs_from_the_preview(page, runnable):
    runnable("oak")
    make_task("agreement")
    watch(page, "/evaluations/new/?models=oak&tasks=agreement")
    page.route("**/evaluations/new/?**", lambda route: None)
    page.get_by_label("Limit").fill("3")
    expect(page.get_by_role("button", name="Queue 1 cell")).to_be_disabled()


def test_a_late_answer_does_not_undo_a_choice_that_was_made_meanwhile(page, runnable):
    runnable("oak")
    make_task("agreement")
    watch(page, "/evaluations/new/")
    choose = "document.querySelector('input[value=agreement]').click()"
    first = "{ capture: true, once: true }"  # before the page's own script looks at the answer
    page.evaluate(f"document.addEventListener('htmx:beforeSwap', () => {choose}, {first})")
    page.get_by_label("oak").check()
    page.wait_for_url("**/evaluations/new/?models=oak&tasks=agreement")
    expect(page.get_by_label("agreement")).to_be_checked()
    expect(page.get_by_role("button", name="Queue 1 cell")).to_be_enabled(timeout=10_000)
