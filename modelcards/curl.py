"""The command line that asks the API for what a page shows."""

from __future__ import annotations

import shlex

from django.http import HttpRequest
from django.urls import reverse

# In a shell this is the reader's own token: pages never show one.
TOKEN = '-H "Authorization: Bearer $TOKEN" '


def curl_line(request: HttpRequest, path: str, query: str = "") -> str:
    """``curl 'https://…/api/v1/PATH?QUERY'``, to be pasted into a shell as it is.

    Who is signed in may see more than anybody else, so that the line then sends a token.
    """
    query = query.lstrip("?")
    address = request.build_absolute_uri(f"{reverse('api:api-root')}{path}{'?' if query else ''}{query}")
    person = getattr(request, "user", None)
    token = TOKEN if person is not None and person.is_authenticated else ""
    return f"curl {token}{shlex.quote(address)}"
