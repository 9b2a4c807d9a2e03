"""The picture of the tree in a browser: where its chips are, and what a hand does there."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

FIGURE = '[data-figure="tree-figure"]'
DRAWN = f"() => document.querySelector('{FIGURE}')?.querySelector('.main-svg .trace')"
RESTING = f"() => !document.querySelector('{FIGURE}').classList.contains('moving')"
RANGES = f"() => window.figures.ranges(document.querySelector('{FIGURE}'))"
TEXTS = f"() => [...document.querySelectorAll('{FIGURE} .textpoint text')].map((text) => text.textContent)"
NODES = "JSON.parse(document.getElementById('tree-nodes').textContent)"
PLACE = f"""(slug) => {{
  const box = document.querySelector('{FIGURE}'), node = {NODES}[slug];
  const frame = box.getBoundingClientRect(), [x, y] = window.treeView.pixel(box, node.x, node.y);
  return [frame.left + x, frame.top + y];
}}"""


def open_tree(page: Page, words: str = "") -> None:
    """The tree at these words of its address, as a picture that is drawn."""
    page.goto(f"/tree/?view=picture&{words}".rstrip("&"))
    page.wait_for_function(DRAWN)


def place(page: Page, slug: str) -> tuple[float, float]:
    """Where a chip is in the window, which is scrolled so that it can be met."""
    page.wait_for_function(RESTING)
    _x, y = page.evaluate(PLACE, slug)
    page.evaluate("(y) => scrollBy(0, y - innerHeight / 2)", y)
    x, y = page.evaluate(PLACE, slug)
    return x, y


def ranges(page: Page) -> dict[str, Any]:
    """The ranges in sight once the picture rests."""
    page.wait_for_function(RESTING)
    found: dict[str, Any] = page.evaluate(RANGES)
    return found


def across(page: Page) -> float:
    """How many units of the tree the picture shows from left to right."""
    left, right = ranges(page)["x"]
    return float(right - left)


class Fingers:
    """Fingers on the window, by Chromium's own protocol."""

    def __init__(self, page: Page) -> None:
        self.session = page.context.new_cdp_session(page)

    def move(self, *steps: list[tuple[float, float]]) -> None:
        """Down at the first step's points, over the others, and up."""
        for number, points in enumerate(steps):
            self._send("touchMove" if number else "touchStart", points)
        self._send("touchEnd", [])

    def _send(self, kind: str, points: list[tuple[float, float]]) -> None:
        touched = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touched})


def click_chip(page: Page, slug: str, key: str = "") -> None:
    """A click on a chip once the pointer has met it, with a key held down."""
    x, y = place(page, slug)
    page.mouse.move(1, 1)
    page.mouse.move(x, y)
    page.locator(f"{FIGURE}.clickable").wait_for()
    if key:
        page.keyboard.down(key)
    page.mouse.click(x, y)
    if key:
        page.keyboard.up(key)
