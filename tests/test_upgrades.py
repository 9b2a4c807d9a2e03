"""A site of the first release with work in its tables: each later migration runs on it, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from evaluation.models import Attempt, Cell, Device, Evaluation, Run, Score, Task
from hub.models import ApiToken
from tests.services import PostgresServer, database

FIRST = [("evaluation", "0001_initial"), ("hub", "0002_existing_accounts_evaluate")]
NOW = timezone.now()

pytestmark = pytest.mark.slow


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def empty(request, tmp_path, django_db_blocker) -> Iterator[None]:
    """A database without any table."""
    url = f"sqlite:///{tmp_path}/hub.sqlite3"
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url = server.create(tmp_path.name)
    with database(url, django_db_blocker):
        yield


def go_to(targets: list[Any]) -> Any:
    """Migrate, forward or back; gives the models as they are then."""
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return executor.loader.project_state(targets).apps


def fill(apps: Any) -> None:
    """A card that was measured by a run that is done; another run that works and one that waits."""

    def make(label: str, **fields: Any) -> Any:
        return apps.get_model(label).objects.create(**fields)

    person = make("auth.User", username="worker")
    card = make("modelcards.ModelCard", slug="oak", name="Oak")
    checkpoint = make("modelcards.Checkpoint", card=card, path="oak")
    task = make("evaluation.Task", name="agreement", kind="task", output_type="multiple_choice")
    evaluation = make("evaluation.Evaluation", requested_by=person, request={"models": ["oak"]})
    times = {"started_at": NOW, "heartbeat_at": NOW}
    states: dict[str, dict[str, Any]] = {
        "done": {**times, "ended_at": NOW, "attempt": 1, "owner": "n/cpu"},
        "running": {**times, "attempt": 1, "owner": "n/cpu", "lease_until": NOW + timedelta(seconds=90)},
        "queued": {},
    }
    for shots, (state, fields) in enumerate(states.items()):
        run = make("evaluation.Run", checkpoint=checkpoint, state=state, requested_by=person, **fields)
        settings = {"settings": {"limit": None, "seed": 1234, "dtype": "float32"}, "settings_key": "0" * 64}
        ended = NOW if state == "done" else None
        of = {"checkpoint": checkpoint, "task": task, "run": run, "num_fewshot": shots}
        cell = make("evaluation.Cell", **of, **settings, state=state, ended_at=ended)
        make("evaluation.EvaluationCell", evaluation=evaluation, cell=cell, asked_fewshot=shots)
        if state == "done":
            score = {"metric": "acc", "filter": "none", "value": 0.75, "origin": "measured", "num_fewshot": 0}
            score["comparable_key"] = "0" * 64
            make("evaluation.Score", card=card, checkpoint=checkpoint, cell=cell, task_name="agreement", **score)
    make("evaluation.Evaluation", requested_by=person, request={}, cancelled_at=NOW)
    node = make("evaluation.Node", name="n")
    node.tasks.add(task)
    make("evaluation.Device", node=node, name="cpu", kind="cpu", memory=2**33)
    make("hub.ApiToken", user=person, name="ci", scope="write", digest="0" * 64, expires_at=NOW + timedelta(days=1))


def test_each_migration_runs_on_a_site_with_work_in_its_tables_and_back_and_loses_nothing(empty):
    fill(go_to(FIRST))
    leaves = MigrationExecutor(connection).loader.graph.leaf_nodes()
    go_to(leaves)
    states = dict(Run.objects.values_list("state", "width"))
    assert states == {"done": 1, "running": 1, "queued": 1}
    assert Cell.objects.filter(run__isnull=False, task_content="").count() == 3
    assert (Score.objects.get().value, Device.objects.get().run, Task.objects.get().altered) == (0.75, None, [])
    over = {one.cancelled_at is not None: one.ended_at is not None for one in Evaluation.objects.all()}
    assert over == {False: False, True: True}, "one goes on, and one that was cancelled is over"
    attempts = {one.run.state: (one.devices, one.outcome, one.ended_at) for one in Attempt.objects.all()}
    assert attempts == {"done": (["n/cpu"], "done", NOW), "running": (["n/cpu"], "", None)}, "what is known of them"
    assert ApiToken.objects.update(scope="node") == 1
    ApiToken.objects.update(scope="write")
    go_to(FIRST)
    go_to(leaves)
    assert Run.objects.count() == Cell.objects.count() == 3
