"""Pages of runs."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def run(request: HttpRequest, **address: Any) -> HttpResponse:
    """The page of this address."""
    return render(request, "evaluation/runs.html")


def cancel(request: HttpRequest, **address: Any) -> HttpResponse:
    """The page of this address."""
    return render(request, "evaluation/runs.html")


def retry(request: HttpRequest, **address: Any) -> HttpResponse:
    """The page of this address."""
    return render(request, "evaluation/runs.html")
