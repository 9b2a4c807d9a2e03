"""The first page: what is here and where to start."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from hub.overview import overview


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Counts, the newest models and scores, and four ways in."""
    return render(request, "home.html", overview(request.user))


@require_safe
def icon(request: HttpRequest) -> HttpResponse:
    """Where a browser looks that was not told of the icon, as on Django's own pages."""
    return redirect(static("hub/icon.svg"))
