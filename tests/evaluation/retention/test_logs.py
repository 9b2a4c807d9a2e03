"""Logs of runs that are over go by age and size."""

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from evaluation.actions.prune_logs import logs_prune
from evaluation.core.retention import Rule
from evaluation.files import log_file, log_of
from evaluation.models import Attempt
from tests.evaluation.retention.conftest import MIB

pytestmark = pytest.mark.django_db


def test_an_old_log_goes_with_the_files_of_all_attempts_and_the_tail(logged):
    old, new = logged(days=40, attempts=2), logged(days=3)
    done = logs_prune(rule=Rule(days=30))
    assert (done.count, done.bytes // MIB) == (1, 2)
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.log_tail, old.log_removed_at is None) == ("", False)
    assert not any(default_storage.exists(log_file(old.pk, attempt)) for attempt in (1, 2))
    assert (new.log_tail, new.log_removed_at) == ("the last line", None)
    assert default_storage.exists(log_file(new.pk, 1))
    assert logs_prune(rule=Rule(days=30)).count == 0


def test_readings_of_devices_go_with_the_log_and_the_attempts_stay(logged):
    old, new = logged(days=40), logged(days=3)
    for run in (old, new):
        now = timezone.now()
        Attempt.objects.create(run=run, number=1, began_at=now, ended_at=now, outcome="done", use=[[0, 5, 0.5]])
    logs_prune(rule=Rule(days=30))
    assert old.attempts.get().use == []
    assert new.attempts.get().use == [[0, 5, 0.5]]


def test_the_runs_that_ended_first_lose_theirs_when_all_take_too_much(logged):
    second, first = logged(days=5, size=2), logged(days=9, size=2)
    logs_prune(rule=Rule(bytes=3 * MIB))
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.log_removed_at
    assert not second.log_removed_at


@pytest.mark.parametrize("state", ["queued", "running"])
def test_a_run_that_is_not_over_keeps_its_log(logged, state):
    run = logged(state=state, size=3)
    assert logs_prune(rule=Rule(days=1, bytes=1)).count == 0
    assert default_storage.exists(log_file(run.pk, 1))


def test_a_dry_run_removes_nothing(logged):
    run = logged(days=40)
    assert logs_prune(rule=Rule(days=30), dry_run=True).count == 1
    run.refresh_from_db()
    assert run.log_tail
    assert default_storage.exists(log_file(run.pk, 1))


def test_names_of_logs_tell_their_run_even_where_the_storage_gave_them_some_letters_more():
    assert log_of("logs/12-3.log") == 12
    assert log_of("logs/12-3_aB3dE5f.log") == 12
    assert log_of("logs/web.log") is None
    assert log_of("samples/12-3/4.parquet") is None
