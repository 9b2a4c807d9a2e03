"""What is no text is not looked for."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse

from hub.views.errors import missing


class PlainText:
    """Leaves NUL out of the question; an address that holds one is of nothing.

    No name holds it, and PostgreSQL refuses it even in a comparison, which would be an error of the server.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info:
            return missing(request, Http404())
        query = request.META.get("QUERY_STRING", "")
        while "%00" in query or "\0" in query:  # again and again: "%0%000" holds another one
            query = query.replace("%00", "").replace("\0", "")
        request.META["QUERY_STRING"] = query
        return self.get_response(request)
