"""The path of an evaluator through an import of results, in a real browser, wide and on a phone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, expect

from evaluation.models import NameRule, Score, StatedModel
from tests import browsers
from tests.accessibility import assert_accessible
from tests.browsers import fits
from tests.evaluation.results.files import lines, new_results, old_results, sample, zipped
from tests.factories import make_card, make_fact, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
SIZES = pytest.mark.parametrize("size", [WIDE, PHONE], ids=["1440", "390"])
PATIENCE = 60_000  # Milliseconds: a busy machine takes some seconds for a step of an import.
DATE = "2024-07-15T16-12-18.324809"


@pytest.fixture
def archive() -> FilePayload:
    """A curve of twelve steps, results with samples, and what is refused: cut off, text for a number, outside."""
    files: dict[str, Any] = {}
    for step in range(1000, 13000, 1000):
        found = old_results()
        found["config"]["model_args"] = f"pretrained=org/tiny-1b,revision=step{step}"
        found["results"]["arc_easy"]["acc"] = 0.25 + step / 100_000
        files[f"curve/step{step}.json"] = found
    files[f"late/results_{DATE}.json"] = new_results()
    files[f"late/samples_red_{DATE}.jsonl"] = lines([sample(number) for number in range(4)])
    files["bad/cut.json"] = json.dumps(old_results())[:200]
    files["bad/text.json"] = json.dumps(old_results()).replace("0.4356060606060606", '"good"')
    files["../out.json"] = old_results()
    return {"name": "results.zip", "mimeType": "application/zip", "buffer": zipped(files)}


@pytest.fixture
def open_page(live_server, chromium):
    """Opens pages of a size; a console error, a dialog or a request to another host fails the test."""
    trouble: list[list[str]] = []
    expect.set_options(timeout=PATIENCE)
    make_user("evaluator")
    with browsers.windows(chromium) as browser:

        def opened(size: Any, **options) -> Page:
            context = browser.new_context(base_url=live_server.url, viewport=size, **options)
            page = context.new_page()
            page.set_default_timeout(PATIENCE)
            trouble.append(browsers.watch(page, live_server.url))
            page.on("dialog", lambda dialog: trouble.append([dialog.message]))
            page.goto("/accounts/login/")
            page.fill("input[name=username]", "evaluator")
            page.fill("input[name=password]", "password")
            page.click("main button[type=submit]")
            page.wait_for_load_state()
            return page

        yield opened
    expect.set_options(timeout=5_000)
    assert [said for page in trouble for said in page if "status of 422" not in said] == []


def send(page: Page, archive: FilePayload) -> None:
    page.set_input_files("#files", files=[archive])
    page.get_by_role("button", name="Check the files").click()


@SIZES
def test_upload_report_import_and_a_name_set_right(archive, open_page, size):
    right = make_card("Tiny", slug="tiny", hf_repo="lab/tiny")
    make_fact(right, "name", "Tiny")
    page = open_page(size)
    page.goto("/evaluations/")
    page.get_by_role("link", name="Import results").click()
    fits(page)
    send(page, archive)
    expect(page.locator(".steps .state")).to_contain_text("nothing has changed yet")
    assert not Score.objects.exists()
    fits(page)
    read_the_refusals(page)
    page.get_by_role("button", name="Import 13 files").click()
    expect(page.locator(".steps .state")).to_contain_text("Done")
    assert Score.objects.filter(metric="acc", task_name="arc_easy").count() == 12
    page.locator(".outcomes").get_by_role("link", name="New").click()
    expect(page.locator(".report > li")).to_have_count(13)
    expect(page.locator(".report a.name").first).to_have_text("org/tiny-1b")
    fits(page)
    assert_accessible(page, "the report")
    set_the_name_right(page)
    assert set(Score.objects.values_list("card", flat=True)) == {right.pk}
    page.get_by_role("link", name="Tiny", exact=True).click()
    expect(page.locator("h1")).to_contain_text("Tiny")
    expect(page.locator("main")).to_contain_text("Further imported results")
    fits(page)
    the_next_file_follows(page)


def read_the_refusals(page: Page) -> None:
    page.locator(".outcomes").get_by_role("link", name="Refused").click()
    report = page.locator(".report")
    expect(report.locator("> li")).to_have_count(3)
    expect(report).to_contain_text("ends in the middle: the file is cut off")
    expect(report).to_contain_text("results.arc_easy.acc")
    expect(report).to_contain_text("is no number: 'good'")
    expect(report).to_contain_text("leads out of the archive")
    fits(page)


def set_the_name_right(page: Page) -> None:
    """First to a card that is none, which is told at its place; then to the right one."""
    page.get_by_role("link", name="Names of models").click()
    fits(page)
    meant = page.get_by_label("Card that org/tiny-1b means")
    meant.fill("no-such-card")
    page.get_by_role("button", name="Means this").click()
    expect(meant).to_have_attribute("aria-invalid", "true")
    expect(meant).to_have_value("no-such-card")
    expect(page.get_by_role("alert")).to_contain_text("There is no model")
    fits(page)
    assert_accessible(page, "a wrong name")
    meant.fill("lab/tiny")
    meant.press("Enter")
    expect(page.get_by_text("“org/tiny-1b” is taken for")).to_be_visible()
    expect(page.locator(".names .means").first).to_contain_text("a person said so")
    fits(page)
    assert StatedModel.objects.get().card.slug == "tiny"
    assert NameRule.objects.get().target in ("tiny", "lab/tiny")


def the_next_file_follows(page: Page) -> None:
    """What is brought in later under the same name goes to the card that a person chose."""
    page.goto("/evaluations/import/")
    later = old_results()
    later["config"]["model_args"] = "pretrained=org/tiny-1b,revision=step99000"
    send(page, {"name": "later.json", "mimeType": "application/json", "buffer": json.dumps(later).encode()})
    page.get_by_role("button", name="Import 1 file").click()
    expect(page.locator(".steps .state")).to_contain_text("Done")
    expect(page.locator(".report a.name")).to_have_attribute("href", "/models/tiny/")


@SIZES
def test_a_rule_is_kept_matched_and_taken_away(archive, open_page, size):
    make_card("Tiny", slug="tiny")
    page = open_page(size)
    page.goto("/evaluations/import/")
    send(page, archive)
    page.get_by_role("button", name="Import 13 files").click()
    expect(page.locator(".steps .state")).to_contain_text("Done")
    page.goto("/evaluations/import/names/")
    page.get_by_label("Name in files").fill("a*b*")
    page.get_by_label("What is meant").fill("tiny")
    page.get_by_role("button", name="Keep the rule").click()
    expect(page.locator("#pattern-wrong")).to_contain_text("One * is known")
    page.get_by_label("Name in files").fill("org/*-1b")
    page.get_by_label("What is meant").fill("*")
    page.get_by_role("button", name="Keep the rule").click()
    expect(page.get_by_role("button", name="Delete the rule for org/*-1b")).to_be_visible()
    page.get_by_role("button", name="Match all names again").click()
    expect(page.locator(".names .means").first).to_contain_text("Tiny")
    fits(page)
    page.get_by_role("button", name="Delete the rule for org/*-1b").click()
    page.get_by_role("button", name="Match all names again").click()
    expect(page.locator(".names .means").first).not_to_contain_text("Tiny")
    fits(page)


def test_without_scripts_a_button_carries_the_import_on(archive, open_page):
    page = open_page(WIDE, java_script_enabled=False)
    page.goto("/evaluations/import/")
    send(page, archive)
    while page.locator("text=Continue").is_visible():
        page.click("text=Continue")
    page.click("text=Import 13 files")
    while page.locator("text=Continue").is_visible():
        page.click("text=Continue")
    expect(page.locator(".steps .state")).to_contain_text("Done")
    assert Score.objects.filter(metric="acc", task_name="arc_easy").count() == 12
