"""Pages of samples."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def samples(request: HttpRequest, **address: Any) -> HttpResponse:
    """The page of this address."""
    return render(request, "evaluation/samples.html")


def download(request: HttpRequest, **address: Any) -> HttpResponse:
    """The page of this address."""
    return render(request, "evaluation/samples.html")
