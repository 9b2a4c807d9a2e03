"""Pages of evaluations."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def evaluations(request: HttpRequest, **address: Any) -> HttpResponse:
    """The page of this address."""
    return render(request, "evaluation/evaluations.html")


def evaluation(request: HttpRequest, **address: Any) -> HttpResponse:
    """The page of this address."""
    return render(request, "evaluation/evaluations.html")


def cancel(request: HttpRequest, **address: Any) -> HttpResponse:
    """The page of this address."""
    return render(request, "evaluation/evaluations.html")


def retry(request: HttpRequest, **address: Any) -> HttpResponse:
    """The page of this address."""
    return render(request, "evaluation/evaluations.html")
