"""Which Celery queues this worker listens to: those of its device."""

from __future__ import annotations

import logging
from typing import Any

from celery.signals import celeryd_after_setup
from django.db import DatabaseError, InterfaceError

from evaluation.actions.wake import queues_of
from evaluation.models import Device
from evaluation.worker.service import worker

logger = logging.getLogger(__name__)


def listen(instance: Any, **_named: Any) -> None:
    """Add the queues; when the device cannot be read now, the queue that all share is enough to be woken."""
    try:
        queues = queues_of(worker.device)
    except (DatabaseError, InterfaceError, Device.DoesNotExist) as error:
        logger.warning("only the shared queue is listened to: %s", error)
        return
    for queue in queues:
        instance.app.amqp.queues.select_add(queue)


celeryd_after_setup.connect(listen)
