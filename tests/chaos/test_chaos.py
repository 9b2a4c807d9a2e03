"""A night of failures in some minutes: no run is lost, none is scored twice, none ends without a reason.

CHAOS_RUNS (300) runs on four workers, CHAOS_SEED chooses the storm. ``make chaos`` is the long form of 5,000.
"""

import os
import random

import pytest

from evaluation.actions import evaluation_submit
from evaluation.core.request import EvaluationRequest
from evaluation.models import Cell, Node, Run
from tests.chaos.storm import Storm
from tests.chaos.verdict import check
from tests.checkpoint_files import write_checkpoint
from tests.factories import make_card, make_checkpoint, make_device, make_task, make_user
from tests.services import PostgresServer, RedisServer, Site, broker, database, migrate

pytestmark = [pytest.mark.slow, pytest.mark.postgresql]

RUNS = int(os.environ.get("CHAOS_RUNS", "300"))
SEED = int(os.environ.get("CHAOS_SEED", "20260101"))
LEASE = 6
MODELS, LONG, SHORT = 25, 12, 10
NODES = ["north", "east", "south", "west"]
ENOUGH = 600 + RUNS * 1.5
MANY = 100


@pytest.fixture
def weather(tmp_path, settings, django_db_blocker):
    """A site of its own, all of whose servers may be killed."""
    postgres, redis = PostgresServer(), RedisServer()
    folder = tmp_path / "site"
    folder.mkdir()
    url = postgres.create("chaos")
    migrate(url, folder)
    site = Site(
        folder,
        url,
        redis,
        HUB_CHECKPOINT_DIRS=str(folder),
        RUN_LEASE_SECONDS=str(LEASE),
        FAKE_DOCUMENTS="300",
        FAKE_PACE="0.02",
        FAKE_STEPS="1",
        LOG_LEVEL="WARNING",
    )
    settings.HUB_DATA_DIR, settings.MEDIA_ROOT, settings.HUB_CHECKPOINT_DIRS = folder, folder / "files", [folder]
    with database(url, django_db_blocker), broker(redis.url):
        try:
            yield Storm(site, postgres, redis, NODES, random.Random(SEED), LEASE)
        finally:
            site.stop()
            redis.kill()
            if not postgres.up:
                postgres.resume()
    postgres.stop()


def queue(site: Site, runs: int) -> int:
    """Queue ``runs`` runs of two cells each for several people, some longer than a lease; returns how many cells."""
    tasks = [make_task(name, documents=None) for name in ("agreement", "cloze")]
    for name in NODES:
        node = Node.objects.create(name=name)
        node.tasks.add(*tasks)
        make_device(node, seen_at=None)
    slugs = [f"oak-{number}" for number in range(MODELS)]
    for slug in slugs:
        write_checkpoint(site.directory / slug)
        make_checkpoint(make_card(slug), path=slug)
    people = [make_user(name) for name in ("ada", "grace", "mary")]
    long = min(LONG, runs)
    sizes = [long, *[min(MODELS, runs - done) for done in range(long, runs, MODELS)]]
    for number, size in enumerate(sizes):
        # The limit makes each of them other cells; the first has none, and takes 300 documents.
        shots, limit = divmod(number, SHORT)
        asked = {"models": slugs[:size], "tasks": [task.name for task in tasks], "num_fewshot": [shots]}
        request = EvaluationRequest.from_json({**asked, "limit": (limit or None) if number < SHORT else limit + 1})
        evaluation_submit(user=people[number % len(people)], request=request)
    # Attempts are not what is tested here: a storm uses up more of them than a night does.
    Run.objects.update(max_attempts=MANY)
    return Cell.objects.count()


def test_every_cell_ends_right_and_every_score_is_there_once(weather, capsys):
    wanted = queue(weather.site, RUNS)
    assert Run.objects.count() == RUNS
    left = weather.rage(ENOUGH)
    assert left == 0, f"{left} runs did not end\n{weather.site.logs()[-3000:]}"
    seen = check(weather, wanted)
    with capsys.disabled():
        print(f"\nchaos, seed {SEED}: {seen}, {weather.counts}")
