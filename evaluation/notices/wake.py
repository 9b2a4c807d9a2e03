"""Wake the courier. A wake-up names no message and may be lost: its rounds find what waits."""

from __future__ import annotations

import logging

from celery import current_app
from kombu.exceptions import KombuError

logger = logging.getLogger(__name__)

TASK = "evaluation.notices"
QUEUE = "notices"
EXPIRES_SECONDS = 60
MOST = 4


def wake_courier(count: int = 1) -> bool:
    """Send a wake-up for each of ``count`` messages, ``MOST`` of them; ``False`` when Redis takes none."""
    broker = current_app.connection_for_write()
    try:
        for _each in range(min(count, MOST)):
            current_app.send_task(TASK, queue=QUEUE, expires=EXPIRES_SECONDS, ignore_result=True, retry=False)
    except (KombuError, *broker.connection_errors, *broker.channel_errors) as error:
        logger.warning("the courier was not woken, the message queue takes nothing: %s", error)
        return False
    return True
