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
_traffic: WeakKeyDictionary[Page, "Traffic"] = WeakKeyDictionary()


class Traffic:
    """The requests of a page that have no answer yet, and how often that changed."""

    def __init__(self, page: Page) -> None:
        self.asked: set[Request] = set()
        self.changes = 0
        page.on("request", self._began)
        page.on("requestfinished", self._ended)
        page.on("requestfailed", self._ended)

    def _began(self, request: Request) -> None:
        self.asked.add(request)
        self.changes += 1

    def _ended(self, request: Request) -> None:
        self.asked.discard(request)
        self.changes += 1


def listen(page: Page) -> Traffic:
    """What a page asks for, from the first call on; ``settled`` waits for it."""
    if page not in _traffic:
        _traffic[page] = Traffic(page)
    return _traffic[page]


def settled(page: Page, seconds: float = 30) -> None:
    """Wait until the page is loaded, all that it asked for is there, and nothing happened for two frames.

    What ``networkidle`` waits for as well, without the half second of silence after it. The frames are counted from the
    last answer on: a script may go on by it, or go to another page.
    """
    traffic, seen = listen(page), -1
    end = time.monotonic() + seconds
    page.wait_for_load_state()
    while True:
        before, busy = traffic.changes, _busy(page)
        if before == traffic.changes == seen and not busy and not traffic.asked:
            return
        seen = traffic.changes
        assert time.monotonic() < end, f"{page.url} is still busy: {[one.url for one in traffic.asked]}"


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
