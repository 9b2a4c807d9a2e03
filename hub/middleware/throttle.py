"""No client writes faster than a person or a well-meant script does."""

import time
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from hub.client import client_address
from hub.models import ApiToken, Scope
from hub.views.errors import too_many

SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}


class WriteThrottle:
    """Answers 429 when an address sends more than HUB_WRITES_PER_MINUTE writes within a clock minute.

    By address and not by account, so that wrong passwords and made-up tokens are counted too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            request.method not in SAFE
            and not of_node(request)
            and writes_this_minute(client_address(request)) > settings.HUB_WRITES_PER_MINUTE
        ):
            return too_many(request, wait=60 - int(time.time()) % 60)
        return self.get_response(request)


def of_node(request: HttpRequest) -> bool:
    """Whether a node sends a file: it may do so as often as runs end. A token that is none counts like any write."""
    kind, _space, secret = request.headers.get("Authorization", "").partition(" ")
    if not request.path.endswith("/api/v1/node-files") or kind != "Bearer":
        return False
    token = ApiToken.objects.of_secret(secret)
    return token is not None and token.scope == Scope.NODE


def writes_this_minute(address: str) -> int:
    """Count one more write of ``address`` and give how many there were in this minute."""
    key = f"writes:{address.replace(' ', '')}:{int(time.time()) // 60}"
    cache.add(key, 0, timeout=120)
    try:
        return cache.incr(key)
    except ValueError:  # Dropped between the two lines because the cache was full.
        return 1
