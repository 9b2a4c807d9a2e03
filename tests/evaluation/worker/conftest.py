"""A whole site of real processes for a test: its own database file, Redis, workers and (fake) runners."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from subprocess import Popen

import psutil
import pytest
from django.db.models.functions import Now

from evaluation.core.request import EvaluationRequest
from evaluation.models import Evaluation, Node, Run
from tests.checkpoint_files import write_checkpoint
from tests.factories import make_card, make_checkpoint, make_device, make_task, make_user
from tests.services import RedisServer, Site, broker, database, wait_for


@pytest.fixture
def live(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    migrated: Path,
    redis_server: RedisServer,
    settings,
    django_db_blocker,
) -> Iterator[Site]:
    """The site; the test's own ORM reads its database. ``@pytest.mark.site(FAKE_PACE="1")`` sets its environment.

    With ``ON="postgresql"`` its database is PostgreSQL.
    """
    folder = tmp_path / "site"
    folder.mkdir()
    marker = request.node.get_closest_marker("site")
    environment = {"HUB_CHECKPOINT_DIRS": str(folder), **(marker.kwargs if marker else {})}
    if environment.pop("ON", "sqlite") == "postgresql":
        url = request.getfixturevalue("postgres_server").migrated(folder.parent.name)
    else:
        shutil.copy(migrated, folder / "hub.sqlite3")
        url = f"sqlite:///{folder}/hub.sqlite3"
    site = Site(folder, url, redis_server, **environment)
    settings.HUB_DATA_DIR = folder
    settings.MEDIA_ROOT = folder / "files"
    settings.HUB_CHECKPOINT_DIRS = [folder]
    settings.RUN_LEASE_SECONDS = 8
    with database(site.environment["DATABASE_URL"], django_db_blocker), broker(redis_server.url):
        try:
            yield site
        finally:
            site.stop()
            print(site.logs())


class Work:
    """Rows to work on: models ``oak`` and ``elm``, three tasks, and nodes that hold the data."""

    def __init__(self, site: Site, nodes: tuple[str, ...]) -> None:
        self.site = site
        self.user = make_user("worker-test")
        self.tasks = [make_task(name, documents=None) for name in ("agreement", "cloze", "ordering")]
        for slug in ("oak", "elm"):
            write_checkpoint(site.directory / slug)
            make_checkpoint(make_card(slug), path=slug)
        for name in nodes:
            node = Node.objects.create(name=name)
            node.tasks.add(*self.tasks)
            make_device(node, seen_at=None)

    def lapse(self, stopped: Popen[bytes]) -> None:
        """A worker that is dead or stands still renews no lease: that of its run ends now, and nobody waits for it."""
        wait_for(lambda: stopped.poll() is not None or psutil.Process(stopped.pid).status() == "stopped", "it stands")
        Run.objects.filter(state="running").update(lease_until=Now())

    def submit(self, *models: str, shots: tuple[int, ...] = (0,), **fields) -> Evaluation:
        """Queue all three tasks."""
        from evaluation.actions import evaluation_submit

        asked = {"models": list(models or ("oak",)), "tasks": [task.name for task in self.tasks]}
        request = EvaluationRequest.from_json({**asked, "num_fewshot": list(shots), **fields})
        self.last = evaluation_submit(user=self.user, request=request)
        return self.last.evaluation


@pytest.fixture
def work(live: Site) -> Work:
    """Rows, with the nodes ``one`` and ``two``."""
    return Work(live, ("one", "two"))
