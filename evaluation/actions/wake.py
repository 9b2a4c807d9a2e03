"""Wake workers. A wake-up names no run and may be lost or doubled: the rows are the truth.

Every device has the queue of its kind and tier, one of its own, and one that all share. A wake-up goes where the run
should go: to the device that holds the checkpoint already if that is free, else to the tier of the smallest free device
that fits; to the shared queue where nothing that is up fits or is free, which also tells whether Redis takes messages.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import cache

from celery import current_app
from django.db import DatabaseError, InterfaceError, connection
from kombu.exceptions import KombuError

from evaluation.core.placement import PROCESSOR, SHARED, own_queue, queue_name, rank
from evaluation.fleet import Fleet, idle
from evaluation.models import Device, Endpoint, Run

logger = logging.getLogger(__name__)

TASK = "evaluation.wake"
QUEUE = SHARED
EXPIRES_SECONDS = 3600
MOST = 32


def wake(count: int = 1, runs: Iterable[Run] = ()) -> bool:
    """Send wake-ups for ``runs``, else the ``count`` newest queued ones, at most ``MOST``; ``False``: Redis takes none.

    Redis takes none when it cannot be reached, and when it is full, loading or read-only; the sweep sends again.
    It follows a commit, so it raises nothing: with the database away by now, the queue that all share is woken.
    """
    try:
        queues = queues_for([(run.memory_need, run.checkpoint_id) for run in runs][:MOST] or _newest(min(count, MOST)))
    except (DatabaseError, InterfaceError) as error:
        logger.warning("who should be woken cannot be read, so everybody is: %s", error)
        connection.close_if_unusable_or_obsolete()
        queues = [QUEUE]
    return send(queues)


def wake_devices(names: Iterable[str]) -> bool:
    """Wake the workers of these devices (``node/device``)."""
    return send(own_queue(name) for name in names)


def _newest(count: int) -> list[tuple[int, int]]:
    return list(Run.objects.waiting().order_by("-pk").values_list("memory_need", "checkpoint_id")[:count])


def queues_for(runs: list[tuple[int, int]]) -> list[str]:
    """For each memory need and checkpoint the queue of a free device that should have it; no device twice."""
    free = sorted(filter(_free, Fleet().taking), key=rank)
    chosen: list[str] = []
    served = _served(checkpoint for need, checkpoint in runs if need == 0)
    for need, checkpoint in runs:
        fitting = [device for device in free if device.memory >= need]
        if checkpoint in served:
            fitting.sort(key=lambda device: device.kind != PROCESSOR)
        if not fitting:
            together = [device for device in free if device.memory < need and len(free) > 1]
            chosen += [own_queue(device) for device in together if own_queue(device) not in chosen]
            continue
        warm = next((device for device in fitting if device.holds_id == checkpoint), None)
        device = warm or fitting[0]
        free.remove(device)
        chosen.append(own_queue(device) if warm else queue_name(device.kind, device.memory))
    return chosen[:MOST] or [QUEUE]


def _served(checkpoints: Iterable[int]) -> set[int]:
    """Those behind an address: asking a server is for processors first."""
    known = set(checkpoints)
    return set(Endpoint.objects.filter(checkpoint__in=known).values_list("checkpoint", flat=True)) if known else set()


def _free(device: Device) -> bool:
    return idle(device) and device.held_for_id is None


def queues_of(device: Device) -> list[str]:
    """The queues that the worker of a device listens to."""
    return [QUEUE, queue_name(device.kind, device.memory), own_queue(device)]


@cache
def _broker_errors() -> tuple[type[Exception], ...]:
    """What a broker raises that is away or takes nothing. Asking costs a connection, made and not opened."""
    broker = current_app.connection_for_write()
    return (KombuError, *broker.connection_errors, *broker.channel_errors)


def send(queues: Iterable[str]) -> bool:
    """One wake-up into each of ``queues``; ``False`` when Redis takes none."""
    try:
        for queue in queues:
            current_app.send_task(
                TASK,
                queue=queue,
                expires=EXPIRES_SECONDS,
                ignore_result=True,
                retry=True,
                retry_policy={"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0},
            )
    except _broker_errors() as error:
        logger.warning("no wake-up sent, the message queue takes none: %s", error)
        return False
    return True
