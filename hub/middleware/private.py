"""A private site: nothing to read without an account."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

# API and measurements tell who asks by themselves (tokens), and refuse instead of a redirect; health holds counts only.
OPEN = ("/accounts/login/", "/accounts/invitation/", "/healthz", "/metrics", "/static/", "/api/", "/admin/login/")


class PrivateSite:
    """With HUB_PRIVATE, sends a reader without an account to the sign-in page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        closed = settings.HUB_PRIVATE and not request.user.is_authenticated
        if closed and not request.path.startswith(OPEN):
            return redirect_to_login(request.get_full_path())
        return self.get_response(request)
