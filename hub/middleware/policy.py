"""What a page may load: our own files and nothing else."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# Styles may be inline since plotly.js and htmx write style elements; scripts never.
BARE = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    ]
)
POLICY = f"{BARE}; frame-ancestors 'none'"


class ContentPolicy:
    """Adds Content-Security-Policy and Permissions-Policy to every answer.

    No other site may show a page in a frame, but those that a view names in the answer's ``frame_ancestors``.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        others = getattr(response, "frame_ancestors", ())
        policy = f"{BARE}; frame-ancestors {' '.join(others)}" if others else POLICY
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        return response
