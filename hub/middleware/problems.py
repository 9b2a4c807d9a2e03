"""Every refusal of the API is a problem document."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from hub.views.errors import error


class Problems:
    """Words the 405 of the API's framework, which is plain text, as RFC 9457 has it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or not request.path.startswith("/api/"):
            return response
        allowed = response.headers.get("Allow", "")
        reason = _("%(method)s is not taken here, only %(allowed)s.") % {"method": request.method, "allowed": allowed}
        told = error(request, 405, _("Not possible here"), reason)
        told.headers["Allow"] = allowed
        return told
