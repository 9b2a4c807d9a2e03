"""What the courier's Celery runs. Only that process imports this; a worker of a device knows nothing of messages."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from celery.signals import worker_init, worker_shutting_down

from evaluation.notices.courier import send_due
from evaluation.notices.rounds import Rounds
from evaluation.notices.wake import TASK

rounds = Rounds()


@shared_task(name=TASK, ignore_result=True, acks_late=True)  # type: ignore[untyped-decorator]
def notices() -> None:
    """Send what is due."""
    send_due()


def _start(**_named: Any) -> None:
    rounds.start()


def _stop(**_named: Any) -> None:
    rounds.stop()


worker_init.connect(_start)
worker_shutting_down.connect(_stop)
