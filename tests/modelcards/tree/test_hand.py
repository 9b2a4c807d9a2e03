"""The picture of the tree under the hand: pointer, fingers, keyboard, search, years, filters and what is saved."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from modelcards.models import Lineage
from tests import browsers
from tests.accessibility import assert_accessible
from tests.factories import make_card
from tests.modelcards.tree.hand import (
    DRAWN,
    FIGURE,
    NODES,
    RANGES,
    TEXTS,
    Fingers,
    across,
    click_chip,
    open_tree,
    place,
    ranges,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Opened = Callable[..., Page]
# How much wider the drawn tree is in the moment after a turn of the wheel.
WHEEL = f"""([x, y]) => {{
  const box = document.querySelector('{FIGURE}'), drawn = box.querySelector(".scatterlayer");
  const width = () => drawn.getBoundingClientRect().width, before = width();
  box.dispatchEvent(new WheelEvent("wheel", {{ctrlKey: true, deltaY: -10, clientX: x, clientY: y, cancelable: true}}));
  return width() / before;
}}"""
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


@pytest.fixture
def models() -> None:
    """An oak, what was made from it in two further years, an elm, and a series of three birches."""
    oak = make_card("Oak", release_date=date(2020, 5, 1))
    sapling = make_card("Sapling", release_date=date(2021, 6, 1))
    acorn = make_card("Acorn", release_date=date(2022, 7, 1))
    make_card("Elm", release_date=date(2021, 5, 1), open_weights=False, architecture_family="encoder-only")
    Lineage.objects.create(child=sapling, parent=oak, relation="finetune")
    Lineage.objects.create(child=acorn, parent=sapling, relation="instruction-tune")
    for size in (1, 3, 7):
        make_card(f"Birch {size}B", release_date=date(2022, 1, 1), parameters=size * 10**9)


@pytest.fixture
def opened(live_server, chromium: Browser) -> Iterator[Opened]:
    """Opens windows; what a page should never say fails the test."""
    watched: list[list[str]] = []
    contexts = []

    def new(**options) -> Page:
        contexts.append(chromium.new_context(base_url=live_server.url, reduced_motion="reduce", **options))
        page = contexts[-1].new_page()
        watched.append(browsers.watch(page, live_server.url))
        return page

    yield new
    for context in contexts:
        context.close()
    assert [said for page in watched for said in page] == []


def test_the_pointer_reads_chooses_and_opens(models, opened):
    page = opened()
    open_tree(page, "show=all")
    page.mouse.move(*place(page, "sapling"))
    for fact in ("Sapling", "Fine-tuned from Oak", "2021-06-01"):
        expect(page.locator(".hovertext")).to_contain_text(fact)
    click_chip(page, "sapling", "Shift")
    expect(page).to_have_url(re.compile(r"[?&]chosen=sapling"))
    expect(page.locator("#tray")).to_contain_text("Sapling")
    with page.context.expect_page() as tab:
        click_chip(page, "sapling", "Control")
    assert tab.value.url.endswith("/models/sapling/")
    tab.value.close()
    click_chip(page, "elm")
    page.wait_for_url("**/models/elm/")


def test_a_series_opens_where_it_stands(models, opened):
    page = opened()
    open_tree(page, "show=series")
    chips = f"Object.values({NODES})"
    series = page.evaluate(f"{chips}.find((one) => one.members > 1)")
    slug = series["address"].rstrip("/").rsplit("/", 1)[1]
    page.evaluate("(one) => treeView.centre(document.querySelector('[data-drawn]'), one.x, one.y, 3)", series)
    expect(page.locator("#tree-peek [data-peek-series]")).to_have_text("Open the series (3)")  # so near it is offered
    click_chip(page, slug)
    expect(page).to_have_url(re.compile(r"[?&]open="))
    page.wait_for_function(f"() => {chips}.filter((one) => one.name.startsWith('Birch')).length === 3")
    assert "/models/" not in page.url


def test_by_keyboard_one_walks_along_the_branches(models, opened):
    page = opened()
    open_tree(page, "show=all&focus=sapling")
    figure, peek = page.locator(FIGURE), page.locator("#tree-peek")
    figure.focus()
    page.keyboard.press("ArrowLeft")  # the first key enters at the highlighted chip
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowDown")
    expect(peek).to_contain_text("Sapling")
    page.keyboard.press("ArrowUp")
    expect(peek).to_contain_text("Acorn")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(peek.locator("b")).to_have_text("Oak")
    expect(page.locator(".tree-ring")).to_be_visible()
    assert_accessible(page, "a chip of the tree is told")
    page.keyboard.press("h")
    expect(page).to_have_url(re.compile(r"[?&]focus=oak"))
    expect(peek.locator("[data-peek-line]")).to_have_attribute("aria-pressed", "true")
    expect(figure).to_be_focused()
    page.keyboard.press(" ")
    expect(page).to_have_url(re.compile(r"[?&]chosen=oak"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/models/oak/")


def test_keys_zoom_about_the_chip_and_back(models, opened):
    page = opened()
    open_tree(page, "show=all")
    page.locator(FIGURE).focus()
    whole = ranges(page)
    page.keyboard.press("End")
    before = place(page, "acorn")
    for _time in range(2):
        page.keyboard.press("+")
    assert across(page) < (whole["x"][1] - whole["x"][0]) / 1.5
    assert abs(place(page, "acorn")[0] - before[0]) < 60
    page.keyboard.press("0")
    assert ranges(page) == whole
    page.keyboard.press("+")
    corner = page.locator(FIGURE).bounding_box()
    assert corner is not None
    page.mouse.dblclick(corner["x"] + 120, max(corner["y"], 0) + 6)
    page.wait_for_function(f"(whole) => ({RANGES})().x[0] === whole", arg=whole["x"][0])


def test_the_wheel_zooms_about_the_pointer_and_without_control_scrolls_the_page(models, opened):
    page = opened()
    open_tree(page, "show=all")
    x, y = place(page, "sapling")
    page.mouse.move(x, y)
    whole = across(page)
    page.mouse.wheel(0, 10)
    assert across(page) == whole
    page.keyboard.down("Control")
    x, y = place(page, "sapling")
    page.mouse.move(x, y)
    moved = page.evaluate(WHEEL, [x, y])
    assert moved > 1.05  # at once, before plotly draws anew
    for _time in range(5):
        page.mouse.wheel(0, -100)
    page.wait_for_function("(whole) => { const {x} = window.figures.ranges(document.querySelector('[data-drawn]'));"
                           " return x[1] - x[0] < whole / 2; }", arg=whole)  # fmt: skip
    page.keyboard.up("Control")
    after = place(page, "sapling")
    assert abs(after[0] - x) < 3


def test_what_a_search_found_is_brought_to_the_middle(models, opened):
    page = opened()
    open_tree(page, "show=all")
    page.fill("#tree-find", "acorn")
    expect(page.locator("#tree-peek b")).to_have_text("Acorn")
    expect(page.locator("[data-finds]")).to_be_hidden()
    page.fill("#tree-find", "birch")
    expect(page.locator("[data-finds-place]")).to_have_text("1 of 3")
    first = page.locator("#tree-peek b").text_content()
    page.locator("[data-finds-next]").click()
    expect(page.locator("[data-finds-place]")).to_have_text("2 of 3")
    assert page.locator("#tree-peek b").text_content() != first
    expect(page.locator("#tree-find")).to_have_value("birch")


def test_the_years_play_and_the_zoom_stays(models, opened):
    page = opened()
    open_tree(page, "show=all")
    page.locator("[data-zoom=in]").click()
    near = ranges(page)
    page.locator("[data-year]").focus()
    page.keyboard.press("Home")
    expect(page).to_have_url(re.compile(r"[?&]until=2020"))
    page.wait_for_function(f"() => !({TEXTS})().includes('Acorn')")
    assert ranges(page) == near
    page.locator("[data-play]").click()
    page.wait_for_function(f"() => ({TEXTS})().includes('Acorn')")
    assert "until=" not in page.url
    assert ranges(page) == near


def test_filters_change_picture_and_address(models, opened):
    page = opened()
    open_tree(page, "show=all")
    page.locator("#tree-filters > summary").click()
    page.locator("#f-architecture_family-encoder-only").check()
    page.wait_for_function(f"() => !({TEXTS})().includes('Oak')")
    expect(page).to_have_url(re.compile(r"architecture_family=encoder-only"))
    assert "Elm" in page.evaluate(TEXTS)


def test_what_is_saved_has_readable_labels(models, opened, tmp_path: Path):
    page = opened()
    open_tree(page, "show=all")
    saved = {}
    for kind in ("svg", "png"):
        with page.expect_download() as download:
            page.evaluate("(kind) => document.querySelector(`[data-save=${kind}][data-for]`).click()", kind)
        saved[kind] = tmp_path / f"tree.{kind}"
        download.value.save_as(saved[kind])
    drawing = saved["svg"].read_text(encoding="utf-8")
    size = re.search(r"<text[^>]*font-size: ([\d.]+)px[^>]*>\s*Sapling", drawing)
    assert size is not None
    assert float(size[1]) > 10
    assert saved["png"].read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    link = page.locator("#tree-export a[href*='/api/v1/tree']").get_attribute("href")
    assert "sapling" in {node["slug"] for node in page.request.get(str(link)).json()["nodes"]}
    width = int.from_bytes(saved["png"].read_bytes()[16:20], "big")
    left, right = ranges(page)["x"]
    assert width >= 2 * (right - left) - 2


def test_a_finger_tells_first_and_two_zoom(models, opened):
    page = opened(**PHONE)
    open_tree(page, "show=all")
    assert page.evaluate(TEXTS).count("Oak") == 0  # too small to read
    page.touchscreen.tap(*place(page, "oak"))
    peek = page.locator("#tree-peek")
    expect(peek).to_contain_text("2020-05-01")
    expect(peek.locator("[data-peek-card]")).to_have_attribute("href", "/models/oak/")
    x, y = place(page, "oak")
    whole = across(page)
    Fingers(page).move(*[[(x - step, y), (x + step, y)] for step in range(20, 140, 12)])
    page.wait_for_function(f"() => ({TEXTS})().includes('Oak')")
    near = across(page)
    assert near < whole / 2
    Fingers(page).move(*[[(x - step, y)] for step in range(0, 60, 6)])
    assert across(page) == pytest.approx(near)
    peek.locator("[data-peek-compare]").click()
    expect(page).to_have_url(re.compile(r"[?&]chosen=oak"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert_accessible(page, "the peek on a phone")


def test_of_a_crowd_only_labels_in_sight_are_drawn(opened):
    for number in range(310):
        make_card(
            f"Reed {number}",
            release_date=date(2020, 1 + number % 12, 1 + number % 28),
            architecture_family="decoder-only",
        )
    page = opened()
    open_tree(page, "show=all")
    assert page.locator(f"{FIGURE} .textpoint").count() < 100
    page.evaluate(f"""() => {{
      const {{ x, y }} = {NODES}["reed-7"];
      window.treeView.centre(document.querySelector("[data-drawn]"), x, y, 1);
    }}""")
    page.wait_for_function(f"() => ({TEXTS})().some((text) => text.startsWith('Reed'))")
    assert 0 < sum(text.startswith("Reed") for text in page.evaluate(TEXTS)) < 300


def test_in_a_frame_the_tree_is_walked_and_all_else_opens_beside_it(models, opened, settings):
    settings.TREE_EMBED_ORIGINS = ("https://wiki.example",)
    page = opened()
    page.goto("/tree/embed/?show=all")
    page.wait_for_function(DRAWN)
    page.locator(FIGURE).focus()
    page.keyboard.press("End")
    expect(page.locator("#tree-peek b")).to_have_text("Acorn")
    with page.context.expect_page() as beside:
        page.keyboard.press("h")
    assert re.search(r"/tree/\?show=all&focus=acorn$", beside.value.url)
    with page.context.expect_page() as card:
        page.keyboard.press("Enter")
    assert card.value.url.endswith("/models/acorn/")
    assert page.url.endswith("/tree/embed/?show=all")
