"""Pages that a test looks at: where they are, what is done there first, and whether everybody can use what is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page

from tests import browsers
from tests.accessibility import assert_accessible

WIDTHS = (1440, 390)
HEIGHT = 900
Row = Callable[[], object]


@dataclass(frozen=True)
class Address:
    """A named address of the site, or a path as it is (which begins with a slash).

    An argument that hangs on rows is a function, which is called once they are there.
    """

    name: str
    args: tuple[str | Row, ...] = ()
    query: str = ""

    @property
    def path(self) -> str:
        """The address, once the rows are there."""
        if self.name.startswith("/"):
            return self.name
        args = [str(arg() if callable(arg) else arg) for arg in self.args]
        return reverse(self.name, args=args) + (f"?{self.query}" if self.query else "")


@dataclass(frozen=True)
class Shown:
    """A page: its name in the test, its address, and what is done there before one looks."""

    name: str
    address: Address
    act: Callable[[Page], None] = lambda page: None
    widths: tuple[int, ...] = WIDTHS
    signed_in: bool = True


def at(name: str, *args: str | Row, query: str = "") -> Address:
    """The address of a name."""
    return Address(name, args, query)


def every_width(pages: list[Shown]) -> list[object]:
    """Parameters ``shown`` and ``width`` of a test over these pages."""
    return [pytest.param(one, width, id=f"{one.name}-{width}") for one in pages for width in one.widths]


def submit(page: Page, button: str) -> None:
    """Press a button that sends a form, and wait for what comes."""
    with page.expect_navigation():
        page.click(button)
    page.wait_for_load_state("networkidle")


def check(shown: Shown, width: int, person: User, site: str, chromium: Browser) -> None:
    """Fail where axe finds a grave violation, the page scrolls sideways, or the browser complains."""
    context = chromium.new_context(base_url=site, viewport={"width": width, "height": HEIGHT}, reduced_motion="reduce")
    if shown.signed_in:
        context.add_cookies([{"name": "sessionid", "value": _session(person), "url": site}])
    page = context.new_page()
    # A tab that nobody looks at asks for nothing by itself: no question is on its way when the test's rows are deleted.
    page.add_init_script("Object.defineProperty(document, 'hidden', { value: true })")
    trouble = browsers.watch(page, site)
    page.goto(shown.address.path)
    page.wait_for_load_state("networkidle")
    shown.act(page)
    assert_accessible(page, f"{shown.name} at {width} px")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
    assert [said for said in trouble if "status of 4" not in said] == []


def _session(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value
