"""A worker keeps its connection to the database from one wake-up to the next."""

from celery.fixups.django import DjangoWorkerFixup
from django.db import connections

from evaluation.worker.service import keep_connections
from hub.celery import app


def test_celery_closes_no_connection_around_a_wake_up(monkeypatch):
    fixup = DjangoWorkerFixup(app)
    closed = []
    monkeypatch.setattr(fixup, "_close_database", lambda: closed.append(1))
    for _wake_up in range(50):
        fixup.close_database()
    assert closed == []


def test_connections_of_a_worker_are_closed_when_they_broke_and_not_when_they_are_old(monkeypatch):
    kept = {alias: dict(each) for alias, each in connections.settings.items()}
    monkeypatch.setattr(connections, "settings", kept)
    keep_connections()
    assert kept["default"]["CONN_MAX_AGE"] is None
    assert kept["default"]["CONN_HEALTH_CHECKS"] is True
