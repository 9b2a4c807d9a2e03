"""The system's Chromium for tests, and an ear for what a page should never say."""

import contextlib
import shutil
import time
from collections.abc import Iterator
from weakref import WeakKeyDictionary

from playwright.sync_api import Browser, Error, Page, Request, sync_playwright

# The shell without windows first: the same engine, for half the processor time of a page in a window nobody sees.
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser, closed afterwards; without one the test fails and says what to install."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    assert program, f"none of {', '.join(PROGRAMS)} is installed: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@contextlib.contextmanager
def windows(browser: Browser) -> Iterator[Browser]:
    """A browser that others use as well; what was opened in it meanwhile is closed."""
    try:
        yield browser
    finally:
        for context in browser.contexts:
            context.close()


def watch(page: Page, site: str) -> list[str]:
    """Notes, from now on, console errors, uncaught errors and requests that leave the address ``site``."""
    trouble: list[str] = []

    def ours(url: str) -> bool:
        return url.startswith((site, "data:", "blob:"))

    page.on("console", lambda said: trouble.append(f"{page.url}: {said.text}") if said.type == "error" else None)
    page.on("pageerror", lambda error: trouble.append(f"{page.url}: {error}"))
    page.on("request", lambda sent: None if ours(sent.url) else trouble.append(f"asked another host: {sent.url}"))
    return trouble


# What a page still does: parts that htmx puts in place, figures in sight that are not drawn yet. Told after two frames.
BUSY = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
  const swapping = document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added");
  const blank = [...document.querySelectorAll("[data-figure]")].find((box) =>
    document.getElementById(box.dataset.figure) && box.checkVisibility() && !box.querySelector(".main-svg"));
  done(document.readyState !== "complete" || Boolean(swapping || blank));
})))"""
_under_way: WeakKeyDictionary[Page, set[Request]] = WeakKeyDictionary()


def listen(page: Page) -> set[Request]:
    """The requests of a page that have no answer yet, from the first call on; ``settled`` waits for them."""
    if page not in _under_way:
        asked = _under_way[page] = set()
        page.on("request", lambda one: asked.add(one))
        page.on("requestfinished", lambda one: asked.discard(one))
        page.on("requestfailed", lambda one: asked.discard(one))
    return _under_way[page]


def settled(page: Page, seconds: float = 30) -> None:
    """Wait until the page is loaded, all that it asked for is there, and nothing happened for two frames.

    What ``networkidle`` waits for as well, without the half second of silence after it.
    """
    asked = listen(page)
    end = time.monotonic() + seconds
    page.wait_for_load_state()
    while _busy(page) or asked:
        assert time.monotonic() < end, f"{page.url} is still busy: {[one.url for one in asked]}"


def _busy(page: Page) -> bool:
    try:
        return bool(page.evaluate(BUSY))
    except Error as error:
        if "context was destroyed" not in error.message:  # it went to another page meanwhile
            raise
        return True


def fits(page: Page) -> None:
    """Nothing of the page that was asked for reaches beyond the right edge."""
    page.wait_for_load_state()
    page.wait_for_function("document.documentElement !== null")  # between two pages there is none
    size = page.viewport_size
    assert size is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], page.url
