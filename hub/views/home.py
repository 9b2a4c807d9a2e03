"""The first page: what is here and where to start."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def home(request: HttpRequest) -> HttpResponse:
    """Counts, the newest models and scores, and four ways in."""
    return render(request, "home.html")
