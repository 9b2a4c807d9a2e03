"""What holds for every test: a site of its own, with no state left from another test."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client

from tests.evaluation.runner.processes import LiveRunner, StockHarness
from tests.factories import make_user
from tests.races import Connect
from tests.services import PostgresServer, RedisServer, database, migrate


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


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """One browser for all tests of a file: each opens a context of its own."""
    from tests import browsers  # of the tests with a browser alone

    with pytest.MonkeyPatch.context() as patch, browsers.chromium() as browser:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield browser


@pytest.fixture(scope="module")
def onlooker(chromium: Any, live_server: Any) -> Iterator[Any]:
    """A window of that browser which looks at pages one after the other (``tests.shown``)."""
    from tests.shown import Onlooker

    onlooker = Onlooker(chromium, live_server.url)
    yield onlooker
    onlooker.context.close()


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


@pytest.fixture(scope="session")
def migrated(tmp_path_factory) -> Path:
    """A migrated, empty SQLite file, made once: the database of a test's site is a copy of it."""
    folder = tmp_path_factory.mktemp("migrated")
    migrate(f"sqlite:///{folder}/hub.sqlite3", folder)
    return folder / "hub.sqlite3"


@pytest.fixture(scope="session")
def sqlite_url(migrated, tmp_path_factory) -> str:
    """A migrated SQLite file for tests whose threads or processes have connections of their own."""
    return f"sqlite:///{shutil.copy(migrated, tmp_path_factory.mktemp('sqlite'))}"


@pytest.fixture(scope="session")
def postgres_url(postgres_server) -> str:
    """The same on PostgreSQL."""
    url: str = postgres_server.migrated("shared")
    return url


@pytest.fixture(scope="session")
def warm_runner() -> Iterator[LiveRunner]:
    """A runner started as a worker starts it, outside the repository, for all tests that only want scores of it."""
    with LiveRunner(cwd="/") as runner:
        yield runner


@pytest.fixture(scope="session")
def stock_harness() -> Iterator[StockHarness]:
    """lm-eval's own command, ready to run."""
    with StockHarness() as harness:
        yield harness


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgresql)])
def connect(request, django_db_blocker) -> Iterator[Connect]:
    """``with connect():`` opens the database in the thread that calls it. Empty at the start of each test."""
    url = request.getfixturevalue(f"{request.param}_url")

    @contextmanager
    def opened() -> Iterator[None]:
        with database(url, django_db_blocker):
            yield

    with opened():
        call_command("flush", interactive=False, verbosity=0)
        yield opened
        call_command("flush", interactive=False, verbosity=0)
