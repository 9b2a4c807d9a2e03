"""Seconds that do not fit together are told when the site starts."""

from django.core import checks


def found() -> list[str]:
    ids = [message.id or "" for message in checks.run_checks()]
    return [name for name in ids if name.startswith("evaluation.")]


def test_the_defaults_are_sound():
    assert found() == []


def test_a_lease_below_90_seconds_is_warned_of(settings):
    settings.RUN_LEASE_SECONDS = 60
    assert found() == ["evaluation.W001"]


def test_a_heartbeat_that_does_not_fit_into_a_lease_is_an_error(settings):
    settings.RUN_HEARTBEAT_SECONDS = 40
    assert found() == ["evaluation.E001", "evaluation.W002"]


def test_a_setting_that_is_read_no_more_is_named(monkeypatch):
    monkeypatch.setenv("HUB_ALLOW_PYTHON_TASKS", "1")
    assert found() == ["evaluation.W003"]
