"""The system's Chromium for tests, and an ear for what a page should never say."""

import contextlib
import shutil
from collections.abc import Iterator

from playwright.sync_api import Browser, Page, sync_playwright

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
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


def watch(page: Page, site: str) -> list[str]:
    """Notes, from now on, console errors, uncaught errors and requests that leave the address ``site``."""
    trouble: list[str] = []

    def ours(url: str) -> bool:
        return url.startswith((site, "data:", "blob:"))

    page.on("console", lambda said: trouble.append(f"{page.url}: {said.text}") if said.type == "error" else None)
    page.on("pageerror", lambda error: trouble.append(f"{page.url}: {error}"))
    page.on("request", lambda sent: None if ours(sent.url) else trouble.append(f"asked another host: {sent.url}"))
    return trouble


def fits(page: Page) -> None:
    """Nothing of the page that was asked for reaches beyond the right edge."""
    page.wait_for_load_state()
    page.wait_for_function("document.documentElement !== null")  # between two pages there is none
    size = page.viewport_size
    assert size is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], page.url
