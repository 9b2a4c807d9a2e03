"""What holds for every test: a site of its own, with no state left from another test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client

from tests.factories import make_user
from tests.services import PostgresServer, RedisServer


@pytest.fixture(autouse=True)
def site(settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Files in a folder of their own, quick password hashes, no throttles; tests of these turn them on again."""
    settings.MEDIA_ROOT = Path(tmp_path_factory.mktemp("files"))
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.WHITENOISE_USE_FINDERS = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.HUB_WRITES_PER_MINUTE = 1_000_000
    settings.AXES_ENABLED = False
    cache.clear()


@pytest.fixture
def owner(db) -> User:
    """Owns the cards that a test restricts."""
    return make_user("owner")


@pytest.fixture
def teammate(db) -> User:
    """Has an account here, and is named on what the owner shares."""
    return make_user("teammate")


@pytest.fixture
def stranger(db) -> User:
    """Has an account here and nothing else."""
    return make_user("stranger")


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """A browser in which a person is signed in."""

    def browser(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return browser


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    """A real Redis of this test's own."""
    server = RedisServer()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A real PostgreSQL, started once."""
    server = PostgresServer()
    yield server
    server.stop()
