"""What all routers of the API share: problems, pages, and who may write."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

Item = TypeVar("Item")
LARGEST_PAGE = 500


class ProblemError(Exception):
    """An answer that is not what was asked for; becomes ``application/problem+json`` (RFC 9457).

    ``errors`` names fields and what is wrong with each; ``more`` are further members of the document.
    """

    def __init__(
        self,
        status: int,
        title: str,
        detail: str = "",
        errors: Mapping[str, Sequence[str]] | None = None,
        *,
        more: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ):
        super().__init__(detail or title)
        self.status, self.title, self.detail = status, title, detail
        self.errors = {field: list(reasons) for field, reasons in (errors or {}).items()}
        self.more, self.headers = dict(more or {}), dict(headers or {})

    def body(self) -> dict[str, Any]:
        """The document that is sent."""
        found = {"type": "about:blank", "title": self.title, "status": self.status, "detail": self.detail}
        return {**found, **self.more, **({"errors": self.errors} if self.errors else {})}


class ProblemOut(Schema):
    """What went wrong."""

    type: str
    title: str
    status: int
    detail: str
    errors: dict[str, list[str]] = {}


class Paging(Schema):
    """Which part of a list."""

    page: int = Field(1, ge=1, le=1_000_000)
    page_size: int = Field(50, ge=1, le=LARGEST_PAGE)


class Page(Schema, Generic[Item]):
    """A part of a list. ``next`` is the address of the next part, to be followed as it is; null at the end."""

    count: int
    items: list[Item]
    next: str | None


class Rows(Protocol):
    """What is listed part by part, such as a query."""

    def count(self) -> int: ...
    def __getitem__(self, part: slice, /) -> Iterable[Any]: ...


def page_of(request: HttpRequest, rows: QuerySet[Any] | Rows, paging: Paging) -> dict[str, Any]:
    """The asked part of ``rows``, which must be in a stable order."""
    count = rows.count()
    end = paging.page * paging.page_size
    items = list(rows[end - paging.page_size : end])
    return {"count": count, "items": items, "next": next_page(request, paging) if end < count else None}


def next_page(request: HttpRequest, paging: Paging) -> str:
    """The address of the following part, with everything else that was asked."""
    return next_address(request, page=str(paging.page + 1))


def next_address(request: HttpRequest, **changes: str) -> str:
    """The address that was asked, with these values instead of its own."""
    query = [(name, value) for name, values in request.GET.lists() for value in values if name not in changes]
    return f"{request.path}?{urlencode([*query, *changes.items()])}"


def missing(what: str) -> ProblemError:
    """The same whether a thing never was or may not be seen by the one who asks."""
    return ProblemError(404, _("Not found"), what)


def wrong_fields(errors: Mapping[str, Sequence[str]]) -> ProblemError:
    """422 with the reasons by field."""
    return ProblemError(422, _("Some fields are not right"), "", errors)


def check_may_write(request: HttpRequest) -> None:
    """Raise unless the one who asks is signed in, and the token, if it is one, may write."""
    if not request.user.is_authenticated:
        raise ProblemError(401, _("Sign in"), _("This needs an account: send a token, or sign in on the site."))
    if getattr(request, "token_scope", "write") != "write":
        raise ProblemError(403, _("Not allowed"), _("This token may only read. Make one that may write."))


def json_object(request: HttpRequest) -> dict[str, Any]:
    """The request's body. Raises Problem 400 where it is no JSON object, 422 where a field holds what is no text."""
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError) as bad:
        reason = _("it is nested too deeply") if isinstance(bad, RecursionError) else str(bad)
        raise _unreadable(_("The body is no JSON: %s") % reason) from bad
    if not isinstance(body, dict):
        raise _unreadable(_("The body must be one JSON object."))
    if not all(map(_is_plain, body)):
        raise _unreadable(_("The name of a field holds a character that is no text."))
    if odd := [name for name, value in body.items() if not all(map(_is_plain, _texts(value)))]:
        reason = _("holds a character that is no text (NUL, or half of a surrogate pair)")
        raise wrong_fields({name: [reason] for name in odd})
    return body


def _unreadable(detail: str) -> ProblemError:
    return ProblemError(400, _("This request cannot be read"), detail)


def _is_plain(text: str) -> bool:
    return not any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in text)


def _texts(body: Any) -> Iterable[str]:
    """All names and texts of a document, however deep."""
    level = [body]
    while level:
        held = level.pop()
        if isinstance(held, str):
            yield held
        elif isinstance(held, dict):
            level += [*held, *held.values()]
        elif isinstance(held, list):
            level += held
