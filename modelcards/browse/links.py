"""The addresses that the page offers for the same list elsewhere: other views, downloads, the API."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from html import escape

from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from modelcards.curl import curl_line
from modelcards.filters import VIEWS, ModelFilters

FORMATS = ("csv", "json", "parquet", "cards")


@dataclass(frozen=True)
class Link:
    """A link: its key, its name, where it leads, and whether this is where the reader is."""

    key: str
    name: str
    address: str
    here: bool = False


def list_address() -> str:
    """The address of the list."""
    return _address("modelcards:browse", get_script_prefix())


@lru_cache(maxsize=16)
def _address(name: str, prefix: str) -> str:
    """An address below this prefix: pages name the same few again and again."""
    return reverse(name)


def views(filters: ModelFilters) -> list[Link]:
    """The three views of the same list."""
    named = dict(zip(VIEWS, (_("Table"), _("Cards"), _("Scatter")), strict=True))
    return [Link(key, named[key], f"?{filters.query(view=key)}", key == filters.view) for key in VIEWS]


def view_links(filters: ModelFilters) -> SafeString:
    """The three views as markup."""
    return SafeString("".join(map(_view_link, views(filters))))


def _view_link(link: Link) -> str:
    address, here = escape(link.address), ' aria-current="true"' if link.here else ""
    return f'<a id="view-{link.key}" href="{address}" hx-get="{address}"{here}>{escape(link.name)}</a>'


def exports(filters: ModelFilters) -> list[Link]:
    """The list as a file in each format."""
    named = dict(zip(FORMATS, ("CSV", "JSON", "Parquet", _("Hugging Face cards (zip)")), strict=True))
    try:
        address = _address("modelcards:export", get_script_prefix())
    except NoReverseMatch:
        return []
    asked = _narrowing(filters)
    return [Link(key, named[key], f"{address}?format={key}{'&' if asked else ''}{asked}") for key in FORMATS]


def download_links(filters: ModelFilters) -> SafeString:
    """The list as a file in each format, as markup."""
    links = (f'<a href="{escape(link.address)}" download>{escape(link.name)}</a>' for link in exports(filters))
    return SafeString("".join(links))


def curl(request: HttpRequest, filters: ModelFilters) -> str:
    """A command line that asks the API for the same list."""
    return curl_line(request, "models", _narrowing(filters))


def _narrowing(filters: ModelFilters) -> str:
    """The query string without what only a page needs."""
    return filters.query(view="", columns="", chosen="", page="", page_size="")
