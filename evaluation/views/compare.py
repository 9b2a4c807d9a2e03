"""Models side by side."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def compare(request: HttpRequest) -> HttpResponse:
    """Two to six models: facts and scores."""
    return render(request, "evaluation/compare.html")
