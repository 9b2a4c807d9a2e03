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
from tests.accessibility import violations

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
    """A page: its name in the test, its address, and what is done there before one looks.

    It is loaded once and its window made narrower, unless its script decides by the width at its load: ``afresh``.
    """

    name: str
    address: Address
    act: Callable[[Page], None] = lambda page: None
    widths: tuple[int, ...] = WIDTHS
    signed_in: bool = True
    afresh: bool = False


def at(name: str, *args: str | Row, query: str = "") -> Address:
    """The address of a name."""
    return Address(name, args, query)


def each(pages: list[Shown]) -> list[object]:
    """The parameter ``shown`` of a test over these pages."""
    return [pytest.param(one, id=one.name) for one in pages]


def submit(page: Page, button: str) -> None:
    """Press a button that sends a form, and wait for what comes."""
    browsers.listen(page)
    with page.expect_navigation():
        page.click(button)
    browsers.settled(page)


class Onlooker:
    """A window that stays open and looks at page after page: opening one costs more than most pages."""

    def __init__(self, chromium: Browser, site: str) -> None:
        self.site = site
        self.context = chromium.new_context(base_url=site, reduced_motion="reduce")
        # A tab that nobody looks at asks for nothing by itself: no question is on its way when the rows are deleted.
        self.context.add_init_script("Object.defineProperty(document, 'hidden', { value: true })")
        self.page = self.context.new_page()
        self.trouble = browsers.watch(self.page, site)
        browsers.listen(self.page)

    def check(self, shown: Shown, person: User) -> None:
        """Fail where axe finds a grave violation, the page scrolls sideways, or the browser complains, at any width."""
        self.context.clear_cookies()
        self.trouble.clear()
        if shown.signed_in:
            self.context.add_cookies([{"name": "sessionid", "value": _session(person), "url": self.site}])
        try:
            wrong = [line for place, width in enumerate(shown.widths) for line in self._at(shown, width, place == 0)]
        finally:
            self._leave()
        wrong += [said for said in self.trouble if "status of 4" not in said]
        assert not wrong, f"{shown.name}: {len(wrong)} faults\n" + "\n".join(wrong)

    def _at(self, shown: Shown, width: int, first: bool) -> list[str]:
        """What is wrong at a width."""
        self.page.set_viewport_size({"width": width, "height": HEIGHT})
        if first or shown.afresh:
            self.page.goto(shown.address.path)
            browsers.settled(self.page)
            shown.act(self.page)
        browsers.settled(self.page)
        wrong = [f"at {width} px, {line}" for line in violations(self.page)]
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        return wrong if wide <= width else [*wrong, f"at {width} px, it is {wide} px wide"]

    def _leave(self) -> None:
        """Nothing of this page reaches the next."""
        browsers.settled(self.page)
        self.page.evaluate("localStorage.clear(); sessionStorage.clear()")
        self.page.goto("about:blank")


def _session(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value
