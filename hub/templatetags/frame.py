"""The links that stand above every page."""

from __future__ import annotations

from functools import cache

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, gettext_noop

register = template.Library()
PLACES = (
    ("modelcards:browse", gettext_noop("Models")),
    ("evaluation:leaderboard", gettext_noop("Leaderboard")),
    ("evaluation:compare", gettext_noop("Compare")),
    ("evaluation:plots", gettext_noop("Plots")),
    ("evaluation:claims", gettext_noop("Claims")),
    ("modelcards:tree", gettext_noop("Tree")),
    ("evaluation:evaluations", gettext_noop("Evaluations")),
    ("evaluation:queue", gettext_noop("Queue")),
    ("evaluation:tasks", gettext_noop("Tasks")),
    ("evaluation:nodes", gettext_noop("Nodes")),
)


@register.simple_tag
def main_links(here: str) -> SafeString:
    """The links to the parts of the site; the one whose part the path ``here`` lies in is marked."""
    links = _links(get_language() or "")
    return mark_safe("\n".join(there if here.startswith(address) else link for address, link, there in links))


@cache
def _links(language: str) -> list[tuple[str, SafeString, SafeString]]:
    """Address, link, and link of the part that is open, in the language that is active: made once, not in each page."""
    found = []
    for name, words in PLACES:
        address, text = reverse(name), gettext(words)
        link = format_html('<a href="{}">{}</a>', address, text)
        found.append((address, link, format_html('<a href="{}" aria-current="page">{}</a>', address, text)))
    return found
