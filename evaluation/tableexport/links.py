"""Addresses by which a page gives its tables away."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, QueryDict

from evaluation.tableexport.formats import FORMATS

# A file holds the whole table, not the page of it that is open.
NOT_OF_A_FILE = ("format", "table", "page")


@dataclass(frozen=True)
class ExportLink:
    """One line of the menu. ``pasted``: also offered to be copied."""

    format: str
    name: str
    url: str
    pasted: bool


def export_links(request: HttpRequest, table: str = "", path: str = "") -> list[ExportLink]:
    """A link for each format of one table of the page, with the page's own choices; ``path``: of another, with none."""
    words = QueryDict(mutable=True) if path else request.GET.copy()
    for name in NOT_OF_A_FILE:
        words.pop(name, None)
    if table:
        words["table"] = table
    found = []
    for word, one in FORMATS.items():
        words["format"] = word
        found.append(ExportLink(word, one.name, f"{path or request.path}?{words.urlencode(safe=',@:')}", one.pasted))
    return found
