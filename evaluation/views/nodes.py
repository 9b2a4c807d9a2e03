"""Pages of nodes."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def nodes(request: HttpRequest, **address: Any) -> HttpResponse:
    """The page of this address."""
    return render(request, "evaluation/nodes.html")
