"""The path of an editor through an import, in a real browser, wide and on a phone."""

import io
import zipfile
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from modelcards.models import ModelCard
from tests import browsers
from tests.browsers import fits
from tests.factories import make_card, make_fact, make_user
from tests.modelcards.exchange.cards import DATASET, PLAIN, tuned

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture
def archive():
    """A zip of thirty new cards, one that the catalog knows, one of a data set, one that leads out, and a bomb."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for number in range(30):
            file.writestr(f"org/model-{number:02}/README.md", PLAIN + "\n<script>alert(1)</script>\n")
        file.writestr("org/known/README.md", tuned("org/model-00"))
        file.writestr("org/data/README.md", DATASET)
        file.writestr("../out/README.md", PLAIN)
        file.writestr("org/bomb/README.md", b"0" * 30 * 2**20)
    return {"name": "cards.zip", "mimeType": "application/zip", "buffer": buffer.getvalue()}


@pytest.fixture
def open_page(live_server, chromium):
    """Opens pages of a size; a console error, a dialog or a request to another host fails the test."""
    trouble: list[list[str]] = []
    make_user("editor", is_superuser=True)
    with browsers.windows(chromium) as browser:

        def opened(size: Any, **options) -> Page:
            context = browser.new_context(base_url=live_server.url, viewport=size, **options)
            page = context.new_page()
            page.set_default_timeout(30_000)
            trouble.append(browsers.watch(page, live_server.url))
            page.on("dialog", lambda dialog: trouble.append([dialog.message]))
            page.goto("/accounts/login/")
            page.fill("input[name=username]", "editor")
            page.fill("input[name=password]", "password")
            page.click("main button[type=submit]")
            page.wait_for_load_state()
            return page

        yield opened
    assert [said for page in trouble for said in page] == []


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["1440", "390"])
def test_upload_dry_run_import_and_card(archive, open_page, size):
    make_fact(make_card("Known", slug="known", hf_repo="ORG/Known"), "name", "Known")
    page = open_page(size)
    page.goto("/models/import/")
    fits(page)
    page.set_input_files("#files", files=[archive])
    page.click("text=Check the files")
    expect(page.locator(".steps .state")).to_contain_text("nothing has changed yet")
    assert ModelCard.objects.count() == 1
    fits(page)
    page.click(".outcomes >> text=Refused")
    expect(page.locator(".report > li")).to_have_count(3)
    expect(page.locator(".report")).to_contain_text("is the card of a data set")
    expect(page.locator(".report")).to_contain_text("leads out of the archive")
    expect(page.locator(".report")).to_contain_text("unpacks to 30 MB")
    fits(page)
    page.click("text=Import 31 cards")
    expect(page.locator(".steps .state")).to_contain_text("Done")
    assert ModelCard.objects.count() == 31
    page.click(".outcomes >> text=Changed")
    page.click(".report a.name")
    expect(page.locator("h1")).to_contain_text("Known")
    expect(page.locator("main")).to_contain_text("model-00")
    fits(page)
    page.goto("/models/org--model-07/")
    expect(page.locator("h1")).to_contain_text("model-07")
    expect(page.locator("main")).to_contain_text("inferred")


def test_without_scripts_a_button_carries_the_import_on(archive, open_page):
    page = open_page(WIDE, java_script_enabled=False)
    page.goto("/models/import/")
    page.set_input_files("#files", files=[archive])
    page.click("text=Check the files")
    while page.locator("text=Continue").is_visible():
        page.click("text=Continue")
    page.click("text=Import 31 cards")
    while page.locator("text=Continue").is_visible():
        page.click("text=Continue")
    expect(page.locator(".steps .state")).to_contain_text("Done")
    assert ModelCard.objects.count() == 31
