"""What Celery runs: a wake-up."""

from celery import shared_task
from django.db import close_old_connections

from evaluation.actions.wake import TASK
from evaluation.worker import queues  # noqa: F401 — listens where this worker's device is spoken to
from evaluation.worker.service import worker


@shared_task(name=TASK, ignore_result=True, acks_late=True)  # type: ignore[untyped-decorator]
def wake() -> None:
    """Take runs and see them through, until there is none that this worker's device may take."""
    close_old_connections()  # one that broke; those that work are kept, so that a run need not wait for another
    worker.work()
