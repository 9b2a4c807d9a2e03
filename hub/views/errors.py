"""What a reader sees when something cannot be done: a page in the look, or a problem document for a program."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def error(request: HttpRequest, status: int, title: str, reason: str) -> HttpResponse:
    """An error page, or problem+json below ``/api/``."""
    if request.path.startswith("/api/"):
        body = {"type": "about:blank", "title": title, "status": status, "detail": reason}
        return JsonResponse(body, status=status, content_type="application/problem+json")
    return render(request, "error.html", {"title": title, "reason": reason, "status": status}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: never the exception's own words, which may hold what a stranger sent."""
    return error(request, 400, _("This request cannot be read"), _("Something in it is not as it should be."))


def denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    reason = str(exception) or _("Your account may not do this. Sign in with another one, or ask an administrator.")
    return error(request, 403, _("Not allowed"), reason)


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: the same whether a thing never was or may not be seen."""
    return error(request, 404, _("Nothing here"), _("There is no such page, or it is not open to you."))


def broken(request: HttpRequest) -> HttpResponse:
    """500: says nothing of the cause, which is in the log of the web process."""
    return error(request, 500, _("Something broke"), _("The error was written to the log. Try again in a moment."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose token is missing or old."""
    return error(request, 403, _("This form is too old"), _("Go back, load the page again and send it once more."))


def too_many(request: HttpRequest, wait: int) -> HttpResponse:
    """429 with the seconds to wait."""
    reason = _("More changes in this minute than this site takes. Try again in %(wait)d seconds.") % {"wait": wait}
    response = error(request, 429, _("Too fast"), reason)
    response.headers["Retry-After"] = str(wait)
    return response


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: dict[str, str]) -> HttpResponse:
    """429 after too many wrong passwords; django-axes calls it."""
    reason = _("Too many wrong passwords for this name from here. Try again later, or ask an administrator.")
    return error(request, 429, _("Sign-in is paused"), reason)
