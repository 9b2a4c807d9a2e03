"""How long requests take, counted in the web processes.

Where ``PROMETHEUS_MULTIPROC_DIR`` is set, each process counts in files of that directory, and all of them are summed:
so counts outlive a process that was started again. ``make run`` sets it. Otherwise a process counts for itself.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

SHARED = "PROMETHEUS_MULTIPROC_DIR"
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

own = CollectorRegistry()
seconds = Histogram(
    "arboretum_http_request_seconds",
    "Time until the answer begins, by named address.",
    ["view", "method"],
    buckets=BUCKETS,
    registry=own,
)
answers = Counter(
    "arboretum_http_responses", "Answers by named address and status.", ["view", "method", "status"], registry=own
)


class RequestTimes:
    """Counts every request. Names are those of the URL configuration, so nobody makes series by asking at random."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        view, method = view_of(request), request.method if request.method in METHODS else "other"
        seconds.labels(view, method).observe(time.perf_counter() - began)
        answers.labels(view, method, str(response.status_code)).inc()
        return response


def view_of(request: HttpRequest) -> str:
    """The name of the address, ``static`` for files, ``none`` for what is not there."""
    if request.resolver_match is not None:
        return request.resolver_match.view_name or "unnamed"
    return "static" if request.path.startswith(settings.STATIC_URL) else "none"


def registry() -> CollectorRegistry:
    """What was counted: by all processes where they share a directory, else by this one."""
    if not os.environ.get(SHARED):
        return own
    found = CollectorRegistry()
    MultiProcessCollector(found)  # type: ignore[no-untyped-call]
    return found
