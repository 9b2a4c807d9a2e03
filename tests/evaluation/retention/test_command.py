"""``manage.py prune``: what it says, what it leaves, and files that nothing names."""

import os
import time

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from evaluation.files import log_file, prompts_file
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


def test_a_node_that_sends_its_files_elsewhere_refuses(settings):
    settings.HUB_URL = "https://hub.example.org"
    with pytest.raises(CommandError, match="pruned there"):
        call_command("prune")


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
