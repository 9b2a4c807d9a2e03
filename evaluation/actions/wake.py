"""Wake workers. A wake-up names no run and may be lost or doubled: the rows are the truth."""

from __future__ import annotations

import logging

from celery import current_app
from kombu.exceptions import KombuError

logger = logging.getLogger(__name__)

TASK = "evaluation.wake"
QUEUE = "evaluation"
EXPIRES_SECONDS = 3600
MOST = 32


def wake(count: int = 1) -> bool:
    """Send up to ``MOST`` wake-ups; ``False`` when Redis takes none (the sweep sends them when it does again).

    Redis takes none when it cannot be reached, and when it is full, loading or read-only.
    """
    broker = current_app.connection_for_write()
    try:
        for _each in range(min(count, MOST)):
            current_app.send_task(
                TASK,
                queue=QUEUE,
                expires=EXPIRES_SECONDS,
                ignore_result=True,
                retry=True,
                retry_policy={"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0},
            )
    except (KombuError, *broker.connection_errors, *broker.channel_errors) as error:
        logger.warning("no wake-up sent, the message queue takes none: %s", error)
        return False
    return True
