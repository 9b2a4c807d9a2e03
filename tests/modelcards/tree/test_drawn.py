"""What Chromium draws, measured there: no chip and no label meets another, and each label lies in its chip."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Page

from benchmarks.tree.field import field
from benchmarks.tree.growth import tree_models
from modelcards.tree.figure import tree_figure
from modelcards.tree.layout import layout
from modelcards.tree.nodes import TreeModel
from modelcards.tree.plan import Plan
from modelcards.tree.select import choose, leaves
from modelcards.tree.tree_nodes import tree_nodes
from tests.browsers import settled
from tests.factories import make_card
from tests.modelcards.tree.rows import invented, model, shipped

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MEASURE = (Path(__file__).parent / "drawn.js").read_text(encoding="utf-8")
# Draws a figure as large as its plan: a unit is a pixel, and labels have the size that the page gives them there.
DRAW = """async (figure) => {
  const box = document.querySelector("[data-figure]"), {xaxis, yaxis} = figure.layout;
  const width = xaxis.range[1], height = yaxis.range[0];
  Object.assign(box.style, {width: `${width}px`, height: `${height}px`, aspectRatio: "auto", maxWidth: "none"});
  const font = {family: getComputedStyle(document.body).fontFamily};
  const narrower = window.figureLabels.narrower(figure.layout.meta, font.family);
  for (const trace of figure.data) if (trace.meta && trace.meta.size) trace.textfont.size = trace.meta.size * narrower;
  const layout = {...figure.layout, font, meta: {}, width, height, autosize: false};
  await window.Plotly.react(box, figure.data, layout, {staticPlot: true});
}"""
DRAWN = "() => document.querySelector('[data-figure]')?.querySelector('.main-svg .trace')"


@pytest.fixture(scope="module")
def sheet(chromium) -> Iterator[Page]:
    """A window that stays open for all tests of this file."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, color_scheme="light")
    yield context.new_page()
    context.close()


@pytest.fixture
def page(sheet: Page, live_server) -> Page:
    """The page of the tree with plotly loaded, of which the tests take fonts and script."""
    if "/tree/" not in sheet.url:
        make_card("Oak", release_date=date(2021, 5, 1))
        sheet.goto(f"{live_server.url}/tree/?view=picture")
        sheet.wait_for_function(DRAWN)
        settled(sheet)
    return sheet


def planned(models: Sequence[TreeModel], show: str = "all") -> Plan:
    """The layout of a view of some models."""
    dated = [one for one in models if one.day]
    return layout(leaves(dated, choose(dated, show)))


def measured(page: Page, plan: Plan) -> dict[str, Any]:
    """Draw a plan and measure it."""
    page.evaluate(DRAW, tree_figure(plan, str))
    found: dict[str, Any] = page.evaluate(MEASURE, tree_nodes(plan, str))
    assert found["chips"] == len(plan.chips)
    assert found["labels"] >= len(plan.chips)
    return found


def steps(plan: Plan) -> list[int]:
    """The years at which the slider can stand."""
    years = [leaf.day.year for leaf, _x, _y in plan.chips]
    return list(range(min(years), max(years) + 1))


def test_the_62_at_every_step_of_the_slider(page):
    plan = planned(shipped(), "landmarks")
    assert len(plan.chips) == 62
    wrong = {year: found for year in steps(plan) if (found := measured(page, plan.until(year))["wrong"])}
    assert wrong == {}


@pytest.mark.parametrize("show", ["key", "series"])
def test_the_shipped_catalog_collapsed_at_every_step_of_the_slider(page, show):
    plan = planned(shipped(), show)
    wrong = {year: found for year in steps(plan)[::-2] if (found := measured(page, plan.until(year))["wrong"])}
    assert wrong == {}


@pytest.mark.parametrize("models", [invented(100, 5), tree_models(field(300, 5))], ids=["100", "300"])
def test_random_catalogs(page, models):
    plan = planned(models)
    assert len(plan.chips) == len(models)
    assert measured(page, plan)["wrong"] == []


NAMES = [
    "文心一言大模型 第四代",
    "نموذج لغوي كبير مفتوح",
    "מודל שפה גדול",
    "W" * 200,
    "漢" * 200,
    "e\u0301" * 90,
    "👩🏽‍🔬 Lab",
    "-",
]


def test_names_of_any_script_and_length_stay_in_their_chips(page):
    models = [
        model(f"n{place}", date(2019 + place, 3, 1), name=name, organisations=(name,))
        for place, name in enumerate(NAMES)
    ]
    assert measured(page, planned(models))["wrong"] == []


def test_the_check_would_notice(page):
    plan = planned([model("a"), model("b", date(2022, 1, 1))])
    figure = tree_figure(plan, str)
    nodes = tree_nodes(plan, str)
    page.evaluate(DRAW, figure)
    [first, second] = nodes
    moved = {**nodes, first: {**nodes[first], "x": nodes[second]["x"], "y": nodes[second]["y"]}}
    assert page.evaluate(MEASURE, nodes)["wrong"] == []
    assert any("overlap" in line for line in page.evaluate(MEASURE, moved)["wrong"])
    narrow = {**nodes, first: {**nodes[first], "w": nodes[first]["w"] / 3}}
    found = page.evaluate(MEASURE, narrow)["wrong"]
    assert any("not drawn" in line for line in found)
    assert any("leaves its chip" in line for line in found)


def test_the_page_itself_draws_the_landmarks_without_an_overlap(sheet, live_server):
    call_command("load_catalog", verbosity=0)
    sheet.goto(f"{live_server.url}/tree/?show=landmarks&view=picture")
    sheet.wait_for_function(DRAWN)
    settled(sheet)
    nodes = sheet.evaluate("() => JSON.parse(document.getElementById('tree-nodes').textContent)")
    found = sheet.evaluate(MEASURE, nodes)
    sheet.goto("about:blank")
    assert found["chips"] == 62
    assert found["wrong"] == []
