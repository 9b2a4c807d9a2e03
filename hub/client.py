"""Where a request comes from."""

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The client's address.

    Behind ``HUB_PROXIES`` reverse proxies it is that many entries from the right of X-Forwarded-For: those further
    left were written by the client and prove nothing.
    """
    direct: str = request.META.get("REMOTE_ADDR", "")
    proxies: int = settings.HUB_PROXIES
    if not proxies:
        return direct
    path = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    return path[-proxies] if len(path) >= proxies else direct
