"""Time that the server takes to compare eight models, in the process that answers: middleware, tests and template.

Asked through Django's test client, as in ``benchmarks.browse.pages``. A cold process has imported what the pages need,
and nothing else: it has read no file of samples, tested no pair and filled no template.
"""

from __future__ import annotations

import contextlib
import importlib
import sys
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import get_resolver

from benchmarks.compare.addresses import comparison, looks
from benchmarks.times import line, medians

Say = Callable[[str], None]
LIBRARIES = ("numpy", "scipy.special", "pyarrow.compute", "pyarrow.parquet", "pandas")
"""Of which pyarrow brings the last along, where it is installed."""
TIMES = 20


def ready() -> tuple[Client, float]:
    """A browser without an account, in a process that has imported what the pages need; and how long that took."""
    started = time.perf_counter()
    settings.ALLOWED_HOSTS = ["*"]
    for name in LIBRARIES:
        with contextlib.suppress(ModuleNotFoundError):
            importlib.import_module(name)
    _import_views(get_resolver().url_patterns)
    return Client(), time.perf_counter() - started


def _import_views(patterns: Any) -> None:
    """Django imports a list of addresses when it first looks into it."""
    for pattern in patterns:
        _import_views(getattr(pattern, "url_patterns", ()))


def asked(client: Client, path: str) -> dict[str, float]:
    """Elapsed and processor seconds of one request; RuntimeError unless it is answered with a page."""
    elapsed, processor = time.perf_counter(), time.process_time()
    response = client.get(path)
    found = {"elapsed": time.perf_counter() - elapsed, "processor": time.process_time() - processor}
    if response.status_code != 200:
        raise RuntimeError(f"{path}: status {response.status_code}")
    return found


def cold(_say: Say, path: str) -> dict[str, Any]:
    """The first request of this process, and the modules that it still had to import."""
    client, imports = ready()
    before = set(sys.modules)
    found: dict[str, Any] = asked(client, path)
    return {**found, "imports": imports, "imported": sorted(set(sys.modules) - before)}


def warm(say: Say) -> dict[str, Any]:
    """The comparison and its API again and again; pairs stay settled, as in a web process that answered once."""
    client, _imports = ready()
    paths = {"/compare/": comparison(), "/api/v1/compare": comparison().replace("/compare/", "/api/v1/compare")}
    return {name: _often(client, say, name, path) for name, path in paths.items()}


def side_by_side(say: Say) -> dict[str, Any]:
    """The page of samples, asked in different ways."""
    client, _imports = ready()
    return {name: _often(client, say, name, path) for name, path in looks().items()}


def _often(client: Client, say: Say, name: str, path: str) -> dict[str, Any]:
    first = asked(client, path)
    times = [asked(client, path) for _time in range(TIMES)]
    found = {clock: medians([one[clock] for one in times]) for clock in ("elapsed", "processor")}
    say(f"  {name:<28} {line(found['elapsed'])}; processor {line(found['processor'])}")
    return {"first": first, **found}
