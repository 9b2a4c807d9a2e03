"""The first page: what is here and where to start."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hub.overview import overview


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Counts, the newest models and scores, and four ways in."""
    return render(request, "home.html", overview(request.user))
