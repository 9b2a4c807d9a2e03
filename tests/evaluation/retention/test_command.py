"""``manage.py prune``: what it says, what it leaves, and files that nothing names."""

import os
import time

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from evaluation.core.weights import Ledger
from evaluation.files import log_file, prompts_file, weights_ledger
from evaluation.models import AuditEntry, PromptSet, Run, SampleSet
from tests.evaluation.retention.conftest import put

pytestmark = pytest.mark.django_db


def age(name: str, days: float) -> None:
    when = time.time() - days * 86400
    os.utime(default_storage.path(name), (when, when))


def prune(capsys, *options: str) -> str:
    call_command("prune", *options)
    return capsys.readouterr().out


def test_it_says_what_went_and_leaves_an_audit_entry(sampled, logged, settings, capsys):
    settings.HUB_SAMPLES_DAYS, settings.HUB_LOGS_DAYS = 30, 30
    sampled(days=40)
    logged(days=40)
    said = prune(capsys)
    assert "1 sample sets removed, 1.0 MiB" in said
    assert "2 logs of runs removed" in said  # of the cell's run too
    entry = AuditEntry.objects.get()
    assert entry.by == "command line"
    assert entry.detail["samples"]["count"] == 1


def test_a_dry_run_says_what_would_go_and_leaves_everything(sampled, settings, capsys):
    settings.HUB_SAMPLES_DAYS = 30
    cell = sampled(days=40)
    assert "1 sample sets would go" in prune(capsys, "--dry-run")
    assert default_storage.exists(cell.sample_set.file)
    assert not AuditEntry.objects.exists()


def test_only_some_parts_are_pruned_when_asked(sampled, logged, settings, capsys):
    settings.HUB_SAMPLES_DAYS, settings.HUB_LOGS_DAYS = 30, 30
    sampled(days=40)
    logged(days=40)
    prune(capsys, "--only", "logs")
    assert SampleSet.objects.kept().count() == 1
    assert Run.objects.filter(log_removed_at__isnull=False).count() == 2
    with pytest.raises(CommandError, match="there is no 'scores'"):
        call_command("prune", "--only", "scores")


def test_a_node_that_sends_its_files_elsewhere_prunes_none_of_the_site(settings, sampled, capsys, tmp_path):
    settings.HUB_URL, settings.HUB_CACHE_DIR = "https://hub.example.org", tmp_path
    settings.HUB_SAMPLES_DAYS = 30
    sampled(days=40)
    assert prune(capsys) == ""
    assert SampleSet.objects.kept().exists()
    with pytest.raises(CommandError, match="pruned there"):
        call_command("prune", "--only", "samples")


def test_fetched_weights_beyond_the_bound_go_by_the_runner(settings, capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    settings.HUB_CACHE_DIR, settings.HUB_WEIGHTS_GB = tmp_path, 1
    ledger = Ledger(weights_ledger())
    for number, commit in enumerate(("a" * 40, "b" * 40)):
        ledger.reserve(f"house/oak{number}", commit, 700 * 2**20, lambda entry: None).release()
    held = ledger.use("house/oak1", "b" * 40)
    assert "1 fetched checkpoints would go, 700 MiB" in prune(capsys, "--dry-run")
    assert len(ledger.entries()) == 2
    assert "1 fetched checkpoints removed" in prune(capsys, "--only", "weights")
    assert [entry.repo_id for entry in ledger.entries()] == ["house/oak1"]
    held.release()


def test_a_runner_that_cannot_be_started_is_an_error_in_words(settings, tmp_path):
    settings.HUB_CACHE_DIR, settings.RUNNER_COMMAND = tmp_path, "/nonexistent/runner"
    with pytest.raises(CommandError, match="cannot be started"):
        call_command("prune", "--only", "weights")


def test_files_that_nothing_names_go_when_they_are_old(sampled, logged, capsys):
    cell, run = sampled(), logged()
    named = [cell.sample_set.file, cell.sample_set.prompts.file, log_file(run.pk, 1)]
    nobodys = [put("samples/99-1/7.parquet"), put(prompts_file("nobody")), put("logs/99999-1.log")]
    fresh = put("samples/98-1/7.parquet")
    for name in (*named, *nobodys):
        age(name, 3)
    other = put("uploads/of-somebody-else.txt")
    age(other, 300)
    assert "3 files that nothing names removed" in prune(capsys)
    assert not any(map(default_storage.exists, nobodys))
    assert all(map(default_storage.exists, [*named, fresh, other]))


def test_what_a_kill_left_between_row_and_file_goes_later(sampled, capsys):
    cell = sampled()
    SampleSet.objects.update(removed_at="2026-01-01T00:00Z")
    PromptSet.objects.update(removed_at="2026-01-01T00:00Z")
    for name in (cell.sample_set.file, cell.sample_set.prompts.file):
        age(name, 3)
    prune(capsys, "--only", "leftovers")
    assert not default_storage.exists(cell.sample_set.file)
    assert not default_storage.exists(cell.sample_set.prompts.file)
