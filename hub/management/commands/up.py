"""`manage.py up`, which `make run` calls: the whole site on this machine."""

import os
import shutil
import socket
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.db.utils import OperationalError

from hub.supervisor import children
from hub.supervisor.administrator import FirstAdministrator
from hub.supervisor.child import Child
from hub.supervisor.errors import StartError
from hub.supervisor.lock import SiteLock
from hub.supervisor.prepare import prepare
from hub.supervisor.site import Site, Stop, stop_on_signals


class Command(BaseCommand):
    """Prepares the data directory, starts Redis, web server and worker, and keeps them running until a signal."""

    help = "Start the site: Redis, web server and this machine's worker, until Ctrl-C"
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        stop_on_signals()
        os.umask(0o077)
        try:
            with SiteLock(settings.HUB_DATA_DIR / "run.lock", self.address):
                self.check_port()
                administrator = prepare(self.say)
                self.supervise(administrator)
        except StartError as problem:
            raise CommandError(str(problem)) from problem
        except OperationalError as problem:
            raise CommandError(f"The database cannot be used: {problem}") from problem
        except Stop:
            self.say("Stopped before anything was started.")

    @property
    def binding(self) -> str:
        """Host and port as a server takes them."""
        host = f"[{settings.HOST}]" if ":" in settings.HOST else settings.HOST
        return f"{host}:{settings.PORT}"

    @property
    def address(self) -> str:
        """Where a person on this machine finds the site."""
        return f"http://{self.binding}".replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:")

    def say(self, text: str) -> None:
        """One line for the person at the terminal, at once."""
        self.stdout.write(text)
        self.stdout.flush()

    def check_port(self) -> None:
        """Raise CommandError where another program listens already."""
        family = socket.AF_INET6 if ":" in settings.HOST else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((settings.HOST, settings.PORT))
            except OSError as problem:
                reason = problem.strerror or str(problem)
                hint = "Choose another port, for example: PORT=8001 make run"
                raise CommandError(f"Cannot listen on {self.binding}: {reason}. {hint}") from problem

    def supervise(self, administrator: FirstAdministrator | None) -> None:
        """Start and watch the processes; returns after all have ended."""
        site = Site(self.processes(self.environment()), f"{self.address}/healthz", self.say)
        connections.close_all()
        try:
            site.run(ready=lambda: self.greet(administrator))
        finally:
            (settings.HUB_DATA_DIR / "redis-url").unlink(missing_ok=True)

    @property
    def logs(self) -> Path:
        """Where each process writes."""
        logs: Path = settings.HUB_DATA_DIR / "logs"
        return logs

    def environment(self) -> dict[str, str]:
        """What the processes are told beside what this one was."""
        base = str(settings.BASE_DIR)
        return {"HUB_DATA_DIR": str(settings.HUB_DATA_DIR), "PYTHONUNBUFFERED": "1", "PYTHONPATH": base}

    def processes(self, env: dict[str, str]) -> list[Child]:
        """Our own Redis unless REDIS_URL names one, web server, worker and courier. Adds REDIS_URL to ``env``."""
        data, found = settings.HUB_DATA_DIR, []
        if os.environ.get("REDIS_URL"):
            env["REDIS_URL"] = os.environ["REDIS_URL"]
        else:
            redis, env["REDIS_URL"] = children.redis_child(data, self.logs)
            (data / "redis-url").write_text(env["REDIS_URL"] + "\n")
            found.append(redis)
        # Web processes count requests in files that outlive them, but not the site.
        counts, logs = fresh(data / "metrics"), self.logs
        web = children.web_child(self.binding, logs, {**env, "PROMETHEUS_MULTIPROC_DIR": str(counts)})
        return [*found, web, children.worker_child(logs, env), children.courier_child(logs, env)]

    def greet(self, administrator: FirstAdministrator | None) -> None:
        """Say where the site is and how to sign in."""
        self.say(f"\n  Arboretum is at {self.address}")
        if administrator and administrator.password:
            self.say(f"  Administrator: {administrator.name}   password: {administrator.password}")
        if administrator:
            self.say(f"  Its first password is in {administrator.file}, readable by you alone; change it once inside.")
        self.say(f"  Logs: {settings.HUB_DATA_DIR / 'logs'}   Stop with Ctrl-C.\n")


def fresh(directory: Path) -> Path:
    """The directory, empty."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    return directory
