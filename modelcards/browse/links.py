"""The addresses that the page offers for the same list elsewhere: other views, downloads, the API."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
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


def views(filters: ModelFilters) -> list[Link]:
    """The three views of the same list."""
    named = dict(zip(VIEWS, (_("Table"), _("Cards"), _("Scatter")), strict=True))
    return [Link(key, named[key], f"?{filters.query(view=key)}", key == filters.view) for key in VIEWS]


def exports(filters: ModelFilters) -> list[Link]:
    """The list as a file in each format."""
    named = dict(zip(FORMATS, ("CSV", "JSON", "Parquet", _("Hugging Face cards (zip)")), strict=True))
    try:
        address = reverse("modelcards:export")
    except NoReverseMatch:
        return []
    asked = _narrowing(filters)
    return [Link(key, named[key], f"{address}?format={key}{'&' if asked else ''}{asked}") for key in FORMATS]


def curl(request: HttpRequest, filters: ModelFilters) -> str:
    """A command line that asks the API for the same list."""
    return curl_line(request, "models", _narrowing(filters))


def _narrowing(filters: ModelFilters) -> str:
    """The query string without what only a page needs."""
    return filters.query(view="", columns="", chosen="", page="", page_size="")
