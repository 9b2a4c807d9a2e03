"""Eight models side by side in a real browser: figures, marks by pointer and keyboard, choices without a button."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests import browsers
from tests.accessibility import assert_accessible
from tests.evaluation.comparison.rows import make_measured
from tests.factories import make_benchmark, make_card, make_task

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAMES = ("Oak", "Elm", "Ash", "Yew", "Fir", "Bay", "Box", "Tea")
EIGHT = "models=" + ",".join(name.lower() for name in NAMES)
DRAWN = "() => [...document.querySelectorAll('[data-figure]')].every((box) => box.querySelector('.main-svg'))"


def right(n: int) -> list[float]:
    return [1.0] * n + [0.0] * (100 - n)


@pytest.fixture
def page(live_server, monkeypatch, chromium):
    """A browser; the test fails on a console error or a request that leaves the site."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    opened = chromium.new_context(base_url=live_server.url, color_scheme="light", reduced_motion="reduce").new_page()
    trouble = browsers.watch(opened, live_server.url)
    yield opened
    opened.context.close()
    assert trouble == []


@pytest.fixture
def eight() -> None:
    """Three tasks at two shot counts; one model is scored in another way, one on few documents, one with seeds."""
    cards = [make_card(name) for name in NAMES]
    for place, name in enumerate(("quiz", "story", "logic")):
        make_benchmark(name, name=name.title())
        task = make_task(name)
        for shots in (0, 5):
            for at, card in enumerate(cards):
                key = "other" if card.name == "Tea" else "same"
                settings = {"limit": 100} if card.name == "Box" else {}
                make_measured(
                    card, task, right(30 + 8 * at + 3 * place + shots), shots=shots, key=key, settings=settings
                )
        make_measured(cards[0], task, right(40 + place), shots=5, key="7", settings={"seed": 7})


def test_eight_models_are_drawn_and_nobody_is_left_out(page, eight) -> None:
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"/compare/?{EIGHT}")
        page.wait_for_function(DRAWN)
        titles = page.locator("section:has([data-figure]) h2").all_text_contents()
        assert titles[:3] == ["Differences from Oak", "Scores at 0 shots", "Profile at 0 shots"]
        assert "Spread over few-shot seeds" in titles
        browsers.fits(page)
    assert_accessible(page, "comparison of eight on a phone")


def test_a_mark_tells_its_test_to_pointer_and_keyboard(page, eight) -> None:
    page.goto(f"/compare/?{EIGHT}&shots=0")
    box, mark = page.locator(".tipbox"), page.locator("#scores .v.better.tip").first
    mark.hover()
    expect(box).to_contain_text("Exact McNemar test on the same 100 documents")
    page.mouse.move(0, 0)
    expect(box).to_be_hidden()
    mark.focus()
    expect(box).to_contain_text("after Holm for")
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()


def test_choices_change_the_address_and_go_without_a_button(page, eight) -> None:
    page.set_viewport_size({"width": 1000, "height": 700})
    page.goto(f"/compare/?{EIGHT}&shots=0")
    page.get_by_role("combobox", name="Against").select_option("best")
    expect(page).to_have_url(re.compile("baseline=best"))
    expect(page.locator("#scores .v.top1").first).to_have_text("best")
    page.get_by_role("combobox", name="Task shown in full").select_option("story,0,acc,")
    expect(page).to_have_url(re.compile("row=story,0,acc"))
    expect(page.locator("#row-head")).to_have_text("Story at 0 shots, every pair")
    page.get_by_role("link", name="Pin Bay").click()
    expect(page).to_have_url(re.compile("pin=bay"))
    assert stays(page, "#scores thead .pinned")


def stays(page: Page, place: str) -> bool:
    """Whether a cell is in sight after its table is pushed to its end on both sides."""
    seen: bool = page.evaluate(
        """(place) => {
          const cell = document.querySelector(place), table = cell.closest('.scroll');
          table.scrollTo(table.scrollWidth, table.scrollHeight);
          const at = cell.getBoundingClientRect(), frame = table.getBoundingClientRect();
          return at.left >= frame.left && at.right <= frame.right && at.top >= frame.top && at.top < frame.bottom;
        }""",
        place,
    )
    return seen


def test_without_scripts_the_forms_have_their_buttons(eight, live_server, chromium, monkeypatch) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    opened = chromium.new_context(base_url=live_server.url, java_script_enabled=False).new_page()
    opened.goto(f"/compare/?{EIGHT}&shots=5")
    opened.locator(".against select").select_option("ash")
    opened.locator(".against button").click()
    expect(opened).to_have_url(re.compile("baseline=ash"))
    expect(opened.locator("h1 + p")).to_contain_text("against Ash")
    opened.context.close()
