"""Pages of tasks."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def tasks(request: HttpRequest, **address: Any) -> HttpResponse:
    """The page of this address."""
    return render(request, "evaluation/tasks.html")


def task(request: HttpRequest, **address: Any) -> HttpResponse:
    """The page of this address."""
    return render(request, "evaluation/tasks.html")
