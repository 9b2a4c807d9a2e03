"""The paths of a reader through the list of models, in a real browser, wide and on a phone."""

import datetime
import re

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from modelcards.models import SavedSearch
from tests import browsers
from tests.browsers import fits
from tests.factories import make_card, make_checkpoint, make_organisation, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDE, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)


@pytest.fixture
def models():
    """Six models; one of each of five makers and a family that nobody stated."""
    made = [
        make_card("Acer", parameters=10**9, training_tokens=20 * 10**9, release_date=datetime.date(2021, 1, 1)),
        make_card("Birch", parameters=7 * 10**9, training_tokens=10**12, release_date=datetime.date(2022, 1, 1)),
        make_card("Cedar", parameters=2 * 10**8, architecture_family="encoder-only", open_weights=False),
        make_card("Elm", parameters=70 * 10**9, stage="rlhf", release_date=datetime.date(2023, 5, 1)),
        make_card("Fir", architecture_family="", stage="", parameters=None, objective=""),
        make_card(
            "Ginkgo", parameters=10**8, training_tokens=10**11, licence="CC-BY-NC-4.0", licence_id="cc-by-nc-4.0"
        ),
    ]
    for number, card in enumerate(made):
        make_organisation(f"Grove {number}", [card])
    for number in range(4):
        make_organisation(f"Wood {number}", [made[number]])
    make_checkpoint(made[0])


@pytest.fixture
def open_page(live_server, chromium):
    """Opens pages of a size; a console error or a request to another host fails the test."""
    watched: list[list[str]] = []
    with browsers.windows(chromium) as browser:

        def opened(address: str, size: ViewportSize = WIDE, **options) -> Page:
            context = browser.new_context(base_url=live_server.url, viewport=size, **options)
            page = context.new_page()
            page.set_default_timeout(15_000)
            watched.append(browsers.watch(page, live_server.url))
            page.goto(address)
            return page

        yield opened
    assert [said for page in watched for said in page] == []


def counted(page: Page, text: str) -> None:
    expect(page.locator("#count")).to_have_text(text)


def sign_in(page: Page, name: str) -> None:
    page.goto("/accounts/login/")
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", "password")
    page.click("main button[type=submit]")
    page.wait_for_load_state()


def test_several_values_of_a_facet_a_chip_and_clear_all(models, open_page):
    page = open_page("/models/")
    page.check("#f-architecture_family-encoder-only")
    counted(page, "1 of 6 models")
    page.check("#f-architecture_family-unknown")
    counted(page, "2 of 6 models")
    expect(page.locator(".fchip")).to_have_count(2)
    page.locator(".fchip", has_text="Not stated").locator("a").click()
    counted(page, "1 of 6 models")
    page.click(".filters .clear")
    counted(page, "6 of 6 models")
    expect(page).to_have_url(re.compile(re.escape("/models/") + "$"))


def test_a_folded_facet_is_opened_by_key_and_stays_open_over_an_answer(models, open_page):
    page = open_page("/models/")
    page.locator("#facet-objective > summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    counted(page, "5 of 6 models")
    page.keyboard.press("Space")
    counted(page, "6 of 6 models")
    expect(page.locator("#facet-objective")).to_have_attribute("open", "")
    expect(page.locator("#f-objective-causal-lm")).to_be_focused()


def test_an_organisation_is_found_by_name_and_ticked(models, open_page):
    page = open_page("/models/")
    find = page.get_by_label("Find in Organisation")
    find.press_sequentially("wood 3")
    expect(page.locator("#o-organisation .opt")).to_have_count(1)
    page.check("#f-organisation-wood-3")
    counted(page, "1 of 6 models")
    expect(page.locator(".fchip")).to_contain_text("Wood 3")
    find = page.get_by_label("Find in Organisation")
    find.fill("nothing like it")
    expect(page.locator("#o-organisation")).not_to_contain_text("Grove")


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_thumb_is_moved_by_keys_and_writes_its_field_and_the_address(models, open_page, size):
    page = open_page("/models/", size)
    if size is PHONE:
        page.click("#filters-link")
    thumb = page.get_by_role("slider", name="Parameters from")
    thumb.focus()
    for _press in range(6):
        page.keyboard.press("PageUp")
    expect(page.locator("#f-parameters_min")).not_to_have_value("")
    expect(page.locator("#count")).not_to_have_text("6 of 6 models")
    expect(page).to_have_url(re.compile(re.escape("parameters_min=")))
    expect(page.get_by_role("slider", name="Parameters from")).to_be_focused()
    said = page.get_by_role("slider", name="Parameters from").get_attribute("aria-valuetext")
    assert said == page.locator("#f-parameters_min").input_value()
    page.keyboard.press("Home")
    counted(page, "6 of 6 models")
    expect(page).not_to_have_url(re.compile(re.escape("parameters_min")))


def test_a_thumb_is_dragged_and_never_passes_the_other(models, open_page):
    page = open_page("/models/")
    box = page.locator("#s-parameters_max").bounding_box()
    page.mouse.move(box["x"] + box["width"] - 8, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=5)
    page.mouse.up()
    expect(page.locator(".fchip")).to_contain_text("up to")
    page.locator("#s-parameters_min").evaluate(
        "thumb => { thumb.value = 1000; thumb.dispatchEvent(new Event('input', { bubbles: true })) }"
    )
    low, high = (int(page.locator(f"#s-parameters_{end}").input_value()) for end in ("min", "max"))
    assert low == high < 1000


def test_back_and_forward_go_through_filters_views_and_orders(models, open_page):
    page = open_page("/models/")
    page.check("#f-open_weights-no")
    counted(page, "1 of 6 models")
    page.click("#view-cards")
    expect(page.locator(".tile")).to_have_count(1)
    page.select_option("#sort", "name")
    page.wait_for_url("**sort=name**")
    page.go_back()
    expect(page.locator("#sort")).to_have_value("-release_date")
    expect(page.locator(".tile")).to_have_count(1)
    page.go_back()
    expect(page.locator("table.cards")).to_be_visible()
    counted(page, "1 of 6 models")
    page.go_back()
    counted(page, "6 of 6 models")
    page.go_forward()
    expect(page.locator("#f-open_weights-no")).to_be_checked()


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_link_is_copied_with_the_whole_state(models, open_page, size):
    page = open_page("/models/", size, permissions=["clipboard-read", "clipboard-write"])
    if size is PHONE:
        page.click("#filters-link")
    page.check("#f-open_weights-no")
    if size is PHONE:
        page.click("#sheet-show")
    counted(page, "1 of 6 models")
    page.click("text=Copy link")
    expect(page.locator("[data-copy-link]")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    page.click("#api > summary")
    expect(page.locator("#curl")).to_contain_text("/api/v1/models?open_weights=no")


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_cards_view_shows_tiles_that_open_and_are_chosen(models, open_page, size):
    page = open_page("/models/?sort=name", size)
    page.click("#view-cards")
    expect(page.locator(".tile")).to_have_count(6)
    expect(page).to_have_url(re.compile(re.escape("view=cards")))
    fits(page)
    expect(page.locator(".tile", has_text="Ginkgo")).to_contain_text("not for commercial use")
    expect(page.locator(".tile", has_text="Fir")).to_contain_text("Not stated")
    page.check("#c-acer")
    expect(page.locator("#tray")).to_contain_text("1 chosen")
    page.locator(".tile", has_text="Birch").get_by_role("link").click()
    page.wait_for_url("**/models/birch/")


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_scatter_view_draws_who_states_both_numbers_and_a_point_opens_its_card(models, open_page, size):
    page = open_page("/models/", size)
    page.click("#view-scatter")
    page.wait_for_selector(".plot .scatterlayer .points path", state="attached")
    assert page.locator(".plot .scatterlayer .points path").count() == 3
    expect(page.locator("#results")).to_contain_text("3 of 6 models state both numbers")
    fits(page)
    page.locator(".plot").evaluate(
        "plot => plot.emit('plotly_click', { points: [plot.data.flatMap(trace => trace.customdata || [])"
        ".filter(one => one.includes('birch')).map(one => ({ customdata: one }))[0]], event: {} })"
    )
    page.wait_for_url("**/models/birch/")


def test_the_scatter_view_keeps_the_filters_and_says_when_nothing_can_be_drawn(models, open_page):
    page = open_page("/models/?view=scatter")
    page.check("#f-stage-rlhf")
    expect(page.locator("#results")).to_contain_text("Nothing to draw")
    expect(page).to_have_url(re.compile(re.escape("view=scatter")))


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_columns_are_chosen_and_stay_with_filter_and_order(models, open_page, size):
    page = open_page("/models/", size)
    page.click("#columns > summary")
    page.check("#col-organisation")
    page.wait_for_url("**columns=**")
    expect(page.locator("td.c-organisation").first).to_be_visible()
    expect(page.locator("#columns")).to_have_attribute("open", "")
    page.uncheck("#col-stage")
    expect(page.locator("td.c-stage")).to_have_count(0)
    page.keyboard.press("Escape")
    page.select_option("#sort", "organisation")
    page.wait_for_url("**sort=organisation**")
    expect(page.locator("td.c-organisation").first).to_be_visible()
    fits(page)


def test_a_head_sorts_with_blanks_last_and_a_second_click_turns_it(models, open_page):
    page = open_page("/models/")
    for first in ("Elm", "Ginkgo"):
        page.click("#sort-parameters")
        expect(page.locator("td.c-name a").first).to_have_text(first)
        expect(page.locator("td.c-name a").last).to_have_text("Fir")


def test_page_size_and_pages_are_in_the_address(models, open_page):
    page = open_page("/models/?page_size=2&sort=name")
    expect(page.locator(".pager")).to_contain_text("1 to 2 of 6")
    page.click("#page-next")
    expect(page.locator(".pager")).to_contain_text("3 to 4 of 6")
    expect(page).to_have_url(re.compile(re.escape("page=2")))
    page.select_option("#page_size", "50")
    expect(page.locator(".pager")).to_contain_text("1 to 6 of 6")
    expect(page).to_have_url(re.compile(re.escape("page_size=50")))
    expect(page).not_to_have_url(re.compile(re.escape("page=2")))


def test_the_list_by_keyboard(models, open_page):
    page = open_page("/models/?sort=name")
    page.keyboard.press("j")
    expect(page.locator("a.name", has_text="Acer")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("x")
    expect(page.locator("#c-birch")).to_be_checked()
    expect(page.locator("#tray")).to_contain_text("1 chosen")
    page.locator("a.name", has_text="Birch").focus()
    page.keyboard.press("Space")
    expect(page.locator("#c-birch")).not_to_be_checked()
    page.keyboard.press("k")
    expect(page.locator("a.name", has_text="Acer")).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("jkx?")
    expect(page.locator("#search")).to_have_value("jkx?")
    counted(page, "0 of 6 models")


def test_enter_opens_the_card_of_the_row(models, open_page):
    page = open_page("/models/?sort=name")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/models/acer/")


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_tray_goes_to_compare_and_to_an_evaluation(models, open_page, size):
    make_user("owner", is_superuser=True)
    page = open_page("/models/", size)
    sign_in(page, "owner")
    page.goto("/models/?sort=name")
    page.check("#c-acer")
    page.check("#c-birch")
    expect(page.locator("#tray")).to_contain_text("2 chosen")
    page.click("#tray >> text=Evaluate")
    page.wait_for_url("**/evaluations/new/?models=acer,birch**")
    page.go_back()
    page.click("#tray >> text=Compare")
    page.wait_for_url("**/compare/?models=acer,birch")


def test_all_of_a_page_are_chosen_at_once(models, open_page):
    page = open_page("/models/")
    page.check("#choose-all")
    expect(page.locator("#tray")).to_contain_text("6 chosen")
    page.uncheck("#c-acer")
    expect(page.locator("#tray")).to_contain_text("5 chosen")
    assert page.locator("#choose-all").evaluate("box => box.indeterminate")


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_search_is_saved_opened_again_and_deleted(models, open_page, size):
    make_user("owner")
    page = open_page("/models/", size)
    sign_in(page, "owner")
    page.goto("/models/")
    page.select_option("#sort", "name")
    page.wait_for_url("**sort=name")
    page.click("#saved > summary")
    page.fill("#saved input[name=name]", "By name")
    fits(page)
    page.click("#saved button")
    expect(page.locator(".messages")).to_contain_text("By name")
    assert SavedSearch.objects.get(name="By name").query == "sort=name"
    page.goto("/models/")
    page.click("#saved > summary")
    page.click("#saved >> text=By name")
    page.wait_for_url("**/models/?sort=name")
    page.goto("/models/searches/")
    fits(page)
    page.get_by_role("button", name="Delete By name").click()
    expect(page.locator(".keeps")).not_to_contain_text("By name")


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_shipped_search_opens_as_the_table_of_a_survey(models, open_page, size):
    page = open_page("/models/", size)
    page.click("#saved > summary")
    page.click("#saved >> text=Base models, as surveys")
    counted(page, "2 of 6 models")
    if size is WIDE:
        heads = page.locator("thead th").all_inner_texts()[1:]
        shared = ["Model", "Released ↑", "Organisation", "Languages", "Modality", "Parameters", "Tokens"]
        assert heads == [*shared, "Family", "Weights"]
    fits(page)


def test_without_a_match_it_says_which_filter_to_drop(models, open_page):
    page = open_page("/models/?architecture_family=encoder-only&open_weights=yes")
    expect(page.locator(".drops li")).to_have_count(2)
    page.get_by_role("link", name="Drop Weights “Open”: 1 model").click()
    counted(page, "1 of 6 models")


def test_the_sheet_on_a_phone_keeps_the_focus_and_shows_the_result(models, open_page):
    page = open_page("/models/", PHONE)
    fits(page)
    page.click("#filters-link")
    sheet = page.get_by_role("dialog", name="Filters")
    expect(sheet).to_be_visible()
    for _step in range(60):
        page.keyboard.press("Tab")
        inside = page.evaluate(
            "document.activeElement === document.body || Boolean(document.activeElement.closest('#rail'))"
        )
        assert inside
    page.check("#f-architecture_family-encoder-only")
    expect(page.locator("#sheet-show")).to_have_text("Show 1 model")
    expect(sheet).to_be_visible()
    page.click("#sheet-show")
    expect(page.locator("#rail")).to_be_hidden()
    expect(page.locator("#filters-link")).to_be_focused()
    counted(page, "1 of 6 models")
    small = page.evaluate(
        "[...document.querySelectorAll('.tools :is(a, button, select, summary), .head summary, .pager select')]"
        ".filter(one => one.offsetParent && one.getBoundingClientRect().height < 37).map(one => one.outerHTML)"
    )
    assert small == []
