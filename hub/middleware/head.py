"""A look at the headers of an answer alone."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

API = "/api/"


class HeadOfGet:
    """HEAD of the API is answered as GET is: the same status and headers (RFC 9110, 9.3.2), the server sends no body.

    Pages answer HEAD themselves; the API's router knows only the methods that were written down.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "HEAD" or not request.path_info.startswith(API):
            return self.get_response(request)
        request.method = "GET"
        response = self.get_response(request)
        request.method = "HEAD"  # what leaves out the body looks here
        return response
