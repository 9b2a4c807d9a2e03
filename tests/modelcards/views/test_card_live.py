"""A card in a real browser: nothing in its text acts, all of it is reached, at both widths."""

import re

import pytest
from playwright.sync_api import Page, expect

from modelcards.actions.card_edit import card_edit
from modelcards.edits import CardEdit, StatedFact
from modelcards.models import CardChange, ModelCard
from tests import browsers
from tests.accessibility import assert_accessible
from tests.factories import make_card, make_checkpoint, make_fact, make_lineage, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
HOSTILE = """# Title <img src=x onerror="window.pwned=1">

<script>window.pwned=1</script>
<svg onload="window.pwned=1"><script>window.pwned=1</script><a href="javascript:window.pwned=1">svg</a></svg>
<iframe srcdoc="<script>parent.pwned=1</script>"></iframe>
<iframe src="javascript:parent.pwned=1"></iframe>
<img src="https://other.example/track.png" onload="window.pwned=1">
<a id="trap" href="javascript:window.pwned=1">raw</a>
[link](javascript:window.pwned=1) [data](data:text/html,<script>window.pwned=1</script>)
<details open ontoggle="window.pwned=1"><summary onclick="window.pwned=1">sum</summary>x</details>
<h3 id="main" onmouseover="window.pwned=1" style="position:fixed;inset:0">over</h3>
<form action="https://other.example/"><button>go</button></form>
<style>body{display:none}</style><link rel=stylesheet href="https://other.example/a.css">
<noscript><p title="</noscript><img src=x onerror=window.pwned=1>"></noscript>
<a title="<h3> onmouseover=window.pwned=1 ">t</a>

```html
<script>window.pwned=1</script>
```

Tail of the text.

<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=window.pwned=1&gt;">
"""


@pytest.fixture
def chromium(live_server, chromium):
    """Opens pages; a console error or a request to another host fails the test."""
    watched: list[list[str]] = []
    with browsers.windows(chromium) as browser:

        def opened(user="", **options) -> Page:
            page = browser.new_context(base_url=live_server.url, **options).new_page()
            watched.append(browsers.watch(page, live_server.url))
            if user:
                page.goto("/accounts/login/")
                page.fill("input[name=username]", user)
                page.fill("input[name=password]", "password")
                page.click("main button[type=submit]")
            return page

        yield opened
    assert [said for page in watched for said in page] == []


@pytest.fixture
def editor():
    return make_user("editor", is_superuser=True)


@pytest.fixture
def oak(editor):
    """A card with all that a page can show."""
    card = make_card("Oak", licence_id="llama2", licence="Llama 2 community licence", hf_repo="grove/oak")
    text = "\n\n".join(f"## Part {n}\n\n" + "word " * 60 + "\n\n```\n" + "long_line_" * 40 + "\n```" for n in range(8))
    card_edit(user=editor, card=card, version=1, changes=CardEdit(text=text))
    card = ModelCard.objects.get(pk=card.pk)
    card_edit(
        user=editor, card=card, version=card.version, changes=CardEdit(text=text.replace("word word", "words", 1))
    )
    make_fact(card, "layers", "12")
    make_fact(card, "layers", "13", source="https://example.org/" + "long-address-" * 12, chosen=False)
    for step in (1000, 2000, 3000):
        make_checkpoint(card, path="", repo_id="grove/oak", revision=f"step{step}", step=step, tokens_seen=step * 10**6)
    for number in range(14):
        make_lineage(make_card(f"Acorn {number}"), card, "finetune")
    make_lineage(card, make_card("Root"), "successor")
    make_lineage(make_card("Oak Two"), card, "successor")
    return card


def test_nothing_in_a_hostile_card_acts(chromium):
    make_card("<script>window.pwned=1</script>", slug="hostile", card_text=HOSTILE)
    page = chromium(viewport=WIDE)
    page.goto("/models/hostile/")
    expect(page.locator(".prose")).to_contain_text("Tail of the text.")
    for link in page.locator(".prose a, .prose summary, .prose h3").all():
        link.dispatch_event("mouseover")
        if not (link.get_attribute("href") or "").startswith("http"):
            link.click(force=True)
    page.wait_for_timeout(300)
    assert page.evaluate("window.pwned") is None
    expect(page).to_have_url(re.compile(re.escape("/models/hostile/") + "$"))
    assert page.locator(".prose script, .prose svg, .prose iframe, .prose img, .prose form, .prose style").count() == 0
    assert page.locator("#main").count() == 1
    assert page.evaluate("getComputedStyle(document.body).display") != "none"


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_every_page_of_a_card_fits_its_width_and_is_accessible(oak, chromium, viewport):
    make_card("Sparse", architecture_family="", stage="", objective="", parameters=None, open_weights=None)
    page = chromium("editor", viewport=viewport)
    change = CardChange.objects.filter(card=oak).first()
    for path in ("oak/", "sparse/", "oak/history/", f"oak/history/{change.pk}/", "oak/descendants/"):
        page.goto(f"/models/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], path
        assert_accessible(page, path)


def test_on_a_phone_every_button_is_large_enough(oak, chromium):
    page = chromium("editor", viewport=PHONE)
    page.goto("/models/oak/")
    small = page.eval_on_selector_all(
        "main .btn, main summary.btn, main select",
        """all => all.filter(one => one.offsetParent && one.getBoundingClientRect().height < 44)
                    .map(one => one.outerHTML)""",
    )
    assert small == []


def test_a_revision_is_chosen_without_leaving_the_page(oak, chromium):
    page = chromium(viewport=WIDE)
    page.goto("/models/oak/")
    expect(page.locator("#snippet")).to_contain_text('revision="step3000"')
    page.select_option("#revision", "step1000")
    expect(page.locator("#snippet")).to_contain_text('revision="step1000"')
    expect(page).to_have_url(re.compile(re.escape("revision=step1000")))
    page.reload()
    expect(page.locator("#revision")).to_have_value("step1000")


def test_without_scripts_the_revision_is_a_form(oak, chromium):
    page = chromium(viewport=WIDE, java_script_enabled=False)
    page.goto("/models/oak/")
    page.select_option("#revision", "step2000")
    page.locator(".revision noscript button, .revision button").click()
    expect(page).to_have_url(re.compile(re.escape("revision=step2000")))
    expect(page.locator("#snippet")).to_contain_text('revision="step2000"')


def test_lineage_folds_and_opens_by_keyboard(oak, chromium):
    page = chromium(viewport=WIDE)
    page.goto("/models/oak/")
    acorn = page.get_by_role("link", name="Acorn 3", exact=True)
    expect(acorn).to_be_hidden()
    page.locator("#lineage summary", has_text="Fine-tuned from Oak").focus()
    page.keyboard.press("Enter")
    expect(acorn).to_be_visible()
    acorn.click()
    expect(page.locator("h1")).to_have_text("Acorn 3")


def test_contents_lead_to_their_part_and_wide_code_is_reached_by_keyboard(oak, chromium):
    page = chromium(viewport=PHONE)
    page.goto("/models/oak/")
    page.get_by_role("link", name="Part 6").click()
    expect(page).to_have_url(re.compile(re.escape("#text-part-6") + "$"))
    expect(page.locator("#text-part-6")).to_be_in_viewport()
    assert page.locator(".prose pre").first.get_attribute("tabindex") == "0"


def test_an_editor_chooses_another_fact_and_takes_it_back(oak, chromium):
    page = chromium("editor", viewport=WIDE)
    page.goto("/models/oak/")
    line = page.locator("#fact-layers")
    expect(line).to_contain_text("Sources disagree.")
    line.get_by_role("button").click()
    expect(page.locator("#fact-layers dd").first).to_contain_text("13")
    page.goto("/models/oak/history/")
    page.locator(".timeline li").first.get_by_role("link", name="Difference").click()
    expect(page.locator(".diff-fields")).to_contain_text("Layers")
    page.get_by_role("button", name="Take this change back").click()
    expect(page.locator(".messages")).to_contain_text("was taken back")
    page.goto("/models/oak/")
    expect(page.locator("#fact-layers dd").first).to_contain_text("12")


def test_times_are_in_the_zone_of_the_reader(oak, chromium):
    CardChange.objects.filter(card=oak).update(at="2024-03-01T23:30:00Z")
    page = chromium(viewport=WIDE, timezone_id="Asia/Tokyo")
    page.goto("/models/oak/history/")
    expect(page.locator(".timeline time").first).to_have_text("2 Mar 2024, 08:30")


def test_a_withdrawn_value_reads_so_in_its_history(oak, editor, chromium):
    card = ModelCard.objects.get(pk=oak.pk)
    card_edit(user=editor, card=card, version=card.version, changes=CardEdit(facts={"layers": StatedFact("")}))
    page = chromium(viewport=WIDE)
    page.goto("/models/oak/history/")
    expect(page.locator(".timeline li").first).to_contain_text("Layers taken back; it was 12.")
