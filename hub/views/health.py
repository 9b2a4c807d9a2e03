"""Whether the site works, for a machine to read."""

from typing import Any

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from evaluation.models import Device, Run, RunState
from hub import __version__

PATIENCE = 0.5  # Seconds for Redis to answer.


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Database, Redis, live workers, queue depth and version; 503 with ``reason`` when a part is down."""
    found = {**database(), **broker()}
    reasons = [f"{part}: {state}" for part, state in found.items() if part in ("database", "redis") and state != "ok"]
    if found.get("workers") == 0:
        reasons.append(f"workers: none seen in the last {settings.NODE_LIVE_SECONDS} s; start one with manage.py node")
    body = {"status": "down" if reasons else "ok", "version": __version__, **found}
    if reasons:
        body["reason"] = "; ".join(reasons)
    response = JsonResponse(body, status=503 if reasons else 200)
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django logs every 503 as an error; who asks is told.
    return response


def database() -> dict[str, Any]:
    """Whether the database answers, and what it says of workers and queue."""
    try:
        connection.ensure_connection()
        counts = {
            "workers": Device.objects.live().count(),
            "queue": Run.objects.filter(state=RunState.QUEUED).count(),
            "running": Run.objects.filter(state=RunState.RUNNING).count(),
        }
    except DatabaseError as problem:
        # The class alone: the driver's words may hold the address of the database.
        return {"database": f"does not answer ({type(problem).__name__})", "workers": None, "queue": None}
    return {"database": "ok", **counts}


def broker() -> dict[str, str]:
    """Whether Redis answers in time."""
    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE, retry=None
    )
    try:
        client.ping()
    except redis.RedisError as problem:
        return {"redis": f"does not answer ({type(problem).__name__})"}
    finally:
        client.close()
    return {"redis": "ok"}
