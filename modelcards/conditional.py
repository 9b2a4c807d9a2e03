"""Conditional requests of the API (RFC 9110): answers have an ETag, a change names the one that it began from."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import parse_etags
from django.utils.translation import gettext as _

from modelcards.edits import Between
from modelcards.rest import ProblemError

# What an answer depends on beside its address: who asks.
VARY = ("Authorization", "Cookie")
OF_CARD = re.compile(r'"(\d{1,10})-[0-9a-f]{32}"')
NEWEST = 2**31 - 1


def conditional(answer: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view whose answers carry an ETag; where the reader has the same already, 304 and the same headers.

    Answers are for the one who asked alone, and to be asked for again each time.
    """

    @wraps(answer)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = answer(request, *args, **kwargs)
        patch_vary_headers(response, VARY)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        if request.method != "GET" or response.status_code != 200 or response.streaming:
            return response
        response.headers.setdefault("ETag", etag_of(response.content))
        if "If-Match" in request.headers:  # a condition of changes; a reader who sends it still wants to read
            return response
        return get_conditional_response(request, etag=response.headers["ETag"], response=response) or response

    return asked


def etag_of(body: bytes, version: int | None = None) -> str:
    """A strong ETag of a body; that of a card begins with the card's version, so that a change can be told from it."""
    digest = hashlib.sha256(body).hexdigest()[:32]
    return f'"{digest}"' if version is None else f'"{version}-{digest}"'


def require_match(request: HttpRequest, etag: str, since: Callable[[int], Sequence[Between]]) -> None:
    """Raise Problem 428 where If-Match is not sent, and 412 where it names another state than ``etag``.

    ``since`` gives what was changed after a version. To be called in the transaction of the change.
    """
    sent = request.headers.get("If-Match", "").strip()
    if not sent:
        reason = _("Send If-Match with the ETag of the model as you read it: so no change of another is lost.")
        raise ProblemError(428, _("Which state is this change of?"), reason, headers={"ETag": etag})
    named = parse_etags(sent)
    if named != ["*"] and etag not in named:
        raise stale(etag, since(min(map(_version, named), default=NEWEST)))


def stale(etag: str, changes: Sequence[Between]) -> ProblemError:
    """412, with the present ETag and who changed what."""
    told = [{"by": one.by, "at": one.at.isoformat(), "fields": list(one.fields)} for one in changes]
    reason = _("The model is no longer as you read it. Read it again, and send your change with its present ETag.")
    more = {"etag": etag, "changes": told}
    return ProblemError(412, _("Changed in between"), reason, more=more, headers={"ETag": etag})


def _version(etag: str) -> int:
    """The version that an ETag of a card begins with; where it is none of ours, one since which nothing was."""
    match = OF_CARD.fullmatch(etag)
    return int(match[1]) if match else NEWEST
