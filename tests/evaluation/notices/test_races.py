"""Two at the same time, on real databases: rounds, claims, and a person who repeats what a round is about to end."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import transaction

from evaluation.actions import evaluation_retry
from evaluation.actions.delivery_claim import delivery_claim
from evaluation.actions.evaluations_end import evaluations_end
from evaluation.models import Delivery, Evaluation
from tests.factories import make_cell, make_delivery, make_evaluation, make_run, make_user, make_webhook
from tests.races import at_once, errors

pytestmark = pytest.mark.slow


def test_an_evaluation_that_two_rounds_see_is_told_once(connect):
    person = make_user()
    make_webhook(person)
    for _each in range(5):
        make_evaluation([make_cell(state="done")], person)
    results = at_once(connect, [evaluations_end] * 4)
    assert not errors(results)
    assert sum(results) == 5
    assert Delivery.objects.count() == 5


def test_a_message_is_claimed_by_one_of_many(connect):
    person = make_user()
    made = [make_delivery(person, make_webhook(person)) for _each in range(3)]
    results = at_once(connect, [delivery_claim] * 6)
    assert not errors(results)
    assert sorted(found.pk for found in results if found) == [message.pk for message in made]


def test_a_round_that_meets_a_retry_waits_for_it_and_ends_nothing(connect, monkeypatch):
    """The retry has queued its cells and not committed: the round still sees the old cells when it looks first."""
    monkeypatch.setattr("evaluation.actions.retry.wake", lambda count=1, runs=(): True)
    person = make_user()
    make_webhook(person)
    cell = make_cell(state="failed", reason="no", run=make_run(state="failed", requested_by=person))
    evaluation = make_evaluation([cell], person)
    queued = threading.Event()

    def retry() -> None:
        with transaction.atomic():
            evaluation_retry(user=person, evaluation=evaluation)
            queued.set()
            time.sleep(1)

    def a_round() -> int:
        queued.wait(30)
        return evaluations_end()

    results = at_once(connect, [retry, a_round])
    assert results == [None, 0]
    assert Evaluation.objects.get().ended_at is None
    assert not Delivery.objects.exists()
