"""Whether the site works, for a machine to read."""

from django.http import HttpRequest, JsonResponse


def healthz(request: HttpRequest) -> JsonResponse:
    """``{"status": "ok"}``."""
    return JsonResponse({"status": "ok"})
