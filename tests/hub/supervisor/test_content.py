"""The site's own files are loaded when they have changed, and only then."""

import pytest
from django.core.management import CommandError

from hub.supervisor import content, prepare
from hub.supervisor.prepare import Step, load

pytestmark = pytest.mark.django_db


def test_a_fingerprint_follows_contents(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("1")
    before = content.fingerprint([file])
    assert content.fingerprint([file]) == before
    file.write_text("2")
    assert content.fingerprint([file]) != before


def test_the_catalog_and_the_shipped_tasks_have_files():
    assert any(file.name == "models.csv" for file in content.catalog_files())
    assert any(file.suffix == ".yaml" for file in content.task_files())


def test_what_was_loaded_is_skipped_at_the_next_start(monkeypatch, tmp_path):
    calls = []
    monkeypatch.setattr(prepare, "call_command", lambda name, **options: calls.append(name))
    step = Step("demo", "Loading.", "load_demo", {}, "mark")
    assert not content.is_loaded("demo", "mark")
    load(step, lambda text: None)
    assert calls == ["load_demo"]
    assert content.is_loaded("demo", "mark")
    assert not content.is_loaded("demo", "other mark")


def test_what_could_not_be_loaded_is_said_and_tried_again(monkeypatch):
    def fail(name, **options):
        raise CommandError("line 3: no such family")

    monkeypatch.setattr(prepare, "call_command", fail)
    said = []
    load(Step("demo", "Loading.", "load_demo", {}, "mark"), said.append)
    assert "line 3: no such family" in said[-1]
    assert not content.is_loaded("demo", "mark")
