"""The life of a message: claimed once, tried again after growing pauses, given up, dropped, forgotten."""

from datetime import timedelta

import pytest
from django.utils import timezone

from evaluation.actions.deliveries_prune import deliveries_prune
from evaluation.actions.delivery_claim import AGAIN_AFTER, delivery_claim
from evaluation.actions.delivery_end import MOST_MISSED, PAUSES, delivery_drop, delivery_missed, delivery_sent
from evaluation.models import Delivery
from tests.factories import make_cell, make_delivery, make_evaluation, make_webhook

pytestmark = pytest.mark.django_db


@pytest.fixture
def hook(owner):
    return make_webhook(owner)


def due(delivery: Delivery) -> Delivery:
    """As if its time had come."""
    Delivery.objects.filter(pk=delivery.pk).update(due_at=timezone.now() - timedelta(seconds=1))
    return delivery


def claimed(delivery: Delivery) -> Delivery:
    due(delivery)
    found = delivery_claim()
    assert found == delivery
    return found


def test_a_message_is_claimed_once(hook):
    message = make_delivery(hook.person, hook)
    found = delivery_claim()
    assert (found, found.tries) == (message, 1)
    assert found.due_at - found.tried_at == AGAIN_AFTER
    assert delivery_claim() is None


def test_what_is_due_later_or_over_is_not_claimed(hook):
    make_delivery(hook.person, hook, due_at=timezone.now() + timedelta(seconds=30))
    make_delivery(hook.person, hook, state="sent")
    assert delivery_claim() is None


def test_a_message_whose_sender_died_is_due_again(hook):
    message = make_delivery(hook.person, hook)
    late = delivery_claim()
    again = claimed(message)
    assert again.tries == 2
    assert not delivery_sent(delivery=late)
    assert delivery_sent(delivery=again, status=200)
    message.refresh_from_db()
    assert (message.state, message.status, message.due_at) == ("sent", 200, None)
    assert message.ended_at is not None


def test_pauses_grow_and_at_last_it_is_given_up(hook):
    message = make_delivery(hook.person, hook)
    for pause in PAUSES:
        assert delivery_missed(delivery=claimed(message), problem="no", status=503) == "waiting"
        message.refresh_from_db()
        assert abs((message.due_at - timezone.now()).total_seconds() - pause) < 5
    assert delivery_missed(delivery=claimed(message), problem="no more") == "failed"
    message.refresh_from_db()
    assert (message.state, message.tries, message.problem) == ("failed", len(PAUSES) + 1, "no more")


def test_a_receiver_that_asks_for_a_longer_pause_gets_it(hook):
    message = make_delivery(hook.person, hook)
    delivery_missed(delivery=claimed(message), problem="busy", status=429, pause=600)
    message.refresh_from_db()
    assert (message.due_at - timezone.now()).total_seconds() > 590


def test_what_can_never_arrive_is_given_up_at_once(hook):
    message = make_delivery(hook.person, hook)
    assert delivery_missed(delivery=claimed(message), problem="private", final=True) == "failed"


def test_a_webhook_that_misses_message_after_message_is_paused_and_the_rest_dropped(hook):
    evaluation = make_evaluation([make_cell()], hook.person)
    for _each in range(MOST_MISSED):
        message = make_delivery(hook.person, hook, evaluation=evaluation)
        rest = make_delivery(hook.person, hook, evaluation=evaluation, due_at=timezone.now() + timedelta(hours=1))
        delivery_missed(delivery=claimed(message), problem="no", final=True)
    hook.refresh_from_db()
    rest.refresh_from_db()
    assert hook.paused_at is not None
    assert str(MOST_MISSED) in hook.problem
    assert rest.state == "dropped"


def test_one_message_that_arrives_makes_up_for_those_that_did_not(hook):
    hook.missed = MOST_MISSED - 1
    hook.save()
    delivery_sent(delivery=claimed(make_delivery(hook.person, hook)))
    hook.refresh_from_db()
    assert hook.missed == 0


def test_test_messages_pause_nothing(hook):
    for _each in range(MOST_MISSED + 1):
        delivery_missed(delivery=claimed(make_delivery(hook.person, hook)), problem="no", final=True)
    hook.refresh_from_db()
    assert (hook.missed, hook.paused_at) == (0, None)


def test_a_late_sender_drops_nothing(hook):
    message = make_delivery(hook.person, hook)
    late, _again = claimed(message), claimed(message)
    assert not delivery_drop(delivery=late, problem="late")
    message.refresh_from_db()
    assert message.state == "waiting"


def test_old_messages_are_forgotten_and_those_that_wait_are_not(hook):
    long_ago = timezone.now() - timedelta(days=31)
    make_delivery(hook.person, hook, state="sent", ended_at=long_ago)
    waiting = make_delivery(hook.person, hook, due_at=long_ago)
    young = make_delivery(hook.person, hook, state="failed")
    assert deliveries_prune(days=30) == 1
    assert set(Delivery.objects.all()) == {waiting, young}
