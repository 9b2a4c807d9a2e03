"""From a fresh clone to a measured score on the comparison page, in a real browser."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import browsers
from tests.e2e.site import RunningSite, copy_clone, health, running_site

pytestmark = [pytest.mark.slow, pytest.mark.browser]

MODELS = ("Sapling GPT-2", "Sapling BERT")
TASKS = {
    "sapling_agreement": "Agreement of verb and subject",
    "sapling_facts": "Facts asked directly",
    "sapling_rules": "Rule recognition",
}
MEASURED = 600_000  # Milliseconds that twelve cells of the reference models may take on a busy machine.


@pytest.fixture(scope="module")
def newcomer_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSite]:
    home = tmp_path_factory.mktemp("newcomer")
    with running_site(copy_clone(home / "clone"), home / "up.log") as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsers.chromium() as chromium:
        yield chromium


class Visit:
    """A browser tab that notes what a newcomer should never meet."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.complaints = browsers.watch(page, address)
        page.set_default_timeout(30_000)

    def open(self, path: str) -> Page:
        answer = self.page.goto(self.address + path)
        assert answer is not None
        assert answer.status == 200, f"{path} answered {answer.status}"
        return self.page


def test_a_newcomer_goes_from_filters_to_measured_scores(newcomer_site: RunningSite, browser: Browser) -> None:
    assert health(newcomer_site.address) == 200
    visit = Visit(browser.new_context(viewport={"width": 1440, "height": 900}).new_page(), newcomer_site.address)
    filter_to_open_decoder_only_models(visit)
    open_a_card(visit)
    sign_in(visit, newcomer_site)
    queue_two_models_on_three_tasks(visit)
    watch_it_to_the_end(visit)
    compare_them(visit)
    open_the_tree(visit)
    assert visit.complaints == []


def filter_to_open_decoder_only_models(visit: Visit) -> None:
    page = visit.open("/models/")
    everything = int(re.sub(r"\D", "", page.locator("#count b").inner_text()))
    page.locator("#rail").get_by_label(re.compile(r"^Decoder-only")).check()
    expect(page).to_have_url(re.compile(r"architecture_family=decoder-only"))
    page.locator("#rail input[name=open_weights][value=yes]").check()
    expect(page).to_have_url(re.compile(r"open_weights="))
    expect(page.locator("#count b")).not_to_have_text(str(everything))
    families = page.locator("td.c-architecture_family").all_inner_texts()
    assert families
    assert set(families) == {"Decoder-only"}


def open_a_card(visit: Visit) -> None:
    page = visit.page
    name = page.locator("td.c-name a.name").first
    title = name.inner_text()
    name.click()
    expect(page.locator("h1")).to_have_text(title)
    expect(page.get_by_text("Released").first).to_be_visible()


def sign_in(visit: Visit, newcomer_site: RunningSite) -> None:
    page = visit.page
    page.get_by_role("link", name="Sign in").click()
    page.get_by_label("Username").fill(newcomer_site.administrator)
    page.get_by_label("Password", exact=True).fill(newcomer_site.password)
    page.locator("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_text(newcomer_site.administrator).first).to_be_visible()


def queue_two_models_on_three_tasks(visit: Visit) -> None:
    page = visit.open("/evaluations/new/")
    for model in MODELS:
        choose(page, "#model-options", model)
    for task in TASKS:
        choose(page, "#task-options", task)
    page.get_by_label("5", exact=True).check()
    queue = page.get_by_role("button", name="Queue 12 cells")
    expect(queue).to_be_enabled()
    queue.click()
    expect(page).to_have_url(re.compile(r"/evaluations/\d+/$"))


def choose(page: Page, options: str, name: str) -> None:
    exact = page.get_by_text(name, exact=True)
    page.locator(f"{options} label", has=exact).get_by_role("checkbox").check()


def watch_it_to_the_end(visit: Visit) -> None:
    """Progress moves while nobody reloads: the count of cells done is seen between nothing and all."""
    page = visit.page
    page.evaluate("window.neverReloaded = true")
    done = page.locator(".big b").first
    seen = set()
    for _ in range(MEASURED // 200):
        seen.add(done.inner_text())
        if "12 of 12" in seen or page.locator("[data-unfinished]").count() == 0:
            break
        page.wait_for_timeout(200)
    assert "12 of 12" in seen, f"after {MEASURED / 1000:.0f} s only {seen}"
    assert len(seen) >= 3, f"no progress was to be seen between {seen}"
    assert page.evaluate("window.neverReloaded") is True
    expect(page.locator(".cell.failed")).to_have_count(0)


def compare_them(visit: Visit) -> None:
    page = visit.page
    page.get_by_role("link", name="Compare these models").click()
    expect(page).to_have_url(re.compile(r"/compare/\?models="))
    for model in MODELS:
        expect(page.get_by_text(model).first).to_be_visible()
    expect(page.get_by_text("measured", exact=True).first).to_be_visible()
    for name in TASKS.values():
        expect(page.get_by_text(name).first).to_be_visible()
    expect(page.locator(".js-plotly-plot").first).to_be_visible()


def open_the_tree(visit: Visit) -> None:
    page = visit.page
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Tree").click()
    expect(page.locator(".js-plotly-plot").first).to_be_visible()


def test_nothing_scrolls_sideways_on_a_phone(newcomer_site: RunningSite, browser: Browser) -> None:
    visit = Visit(browser.new_context(viewport={"width": 390, "height": 844}).new_page(), newcomer_site.address)
    paths = ["/", "/models/", "/models/llama-7b/", "/compare/?models=llama-7b,gpt-3-175b", "/tree/", "/evaluations/"]
    for path in [*paths, "/tasks/", "/nodes/", "/accounts/login/"]:
        page = visit.open(path)
        page.wait_for_timeout(500)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
    assert visit.complaints == []


def test_the_site_ends_with_a_fresh_password_that_only_its_owner_reads(newcomer_site: RunningSite) -> None:
    kept: Path = newcomer_site.data / "admin-password"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert newcomer_site.password in kept.read_text()
    assert len(newcomer_site.password) >= 16
