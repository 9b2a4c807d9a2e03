"""``{% curl "models" query %}``: a list's line for the shell, with a button that copies it."""

from __future__ import annotations

from typing import Any

from django import template

from modelcards.curl import curl_line

register = template.Library()


@register.inclusion_tag("modelcards/curl.html", takes_context=True)
def curl(context: template.Context, path: str, query: str = "") -> dict[str, Any]:
    """The line for an address below the root of the API, with the page's own filters."""
    return {"line": curl_line(context["request"], path, query)}
