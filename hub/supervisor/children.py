"""The processes of a site: web server, worker, courier, and Redis where it is ours."""

import sys
from pathlib import Path

from django.conf import settings

from hub.supervisor.child import Child
from hub.supervisor.redis import own_redis

PYTHON = sys.executable


def redis_child(data: Path, logs: Path) -> tuple[Child, str]:
    """Our own Redis and its address."""
    server = own_redis(data / "redis")
    return Child("redis", server.command, logs / "redis.log"), server.url


def web_child(address: str, logs: Path, env: dict[str, str]) -> Child:
    """One process with threads: SQLite has one writer anyway, and counters in memory stay exact."""
    options = ["--workers", "1", "--threads", "16", "--worker-class", "gthread", "--timeout", "120"]
    calm = ["--graceful-timeout", "5", "--keep-alive", "5", "--no-control-socket", "--log-level", "warning"]
    command = [PYTHON, "-m", "gunicorn", "hub.wsgi:application", "--bind", address, *options, *calm]
    return Child("web", command, logs / "web.log", env)


def worker_child(logs: Path, env: dict[str, str]) -> Child:
    """This machine's workers, one per device."""
    return Child("worker", [PYTHON, manage(), "node"], logs / "worker.log", env)


def courier_child(logs: Path, env: dict[str, str]) -> Child:
    """Tells people that their evaluations are over. It needs the site's key and its mail server."""
    return Child("courier", [PYTHON, manage(), "courier"], logs / "courier.log", env)


def manage() -> str:
    """The path of manage.py."""
    return str(settings.BASE_DIR / "manage.py")
