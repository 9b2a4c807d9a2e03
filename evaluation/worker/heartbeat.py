"""A worker's signs of life, on a thread of its own: lease, device, sweep, idle runner, wake-ups that got lost."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, connection

from evaluation.actions import LeaseLost, device_seen, lacks_review, run_beat, run_waits_for, runs_sweep, wake_devices
from evaluation.models import Device
from evaluation.worker.gauge import Gauge, Use

if TYPE_CHECKING:
    from evaluation.worker.service import Worker

logger = logging.getLogger(__name__)


class Heartbeat(threading.Thread):
    """Beats every ``RUN_HEARTBEAT_SECONDS``, and at least three times in a lease."""

    def __init__(self, worker: Worker) -> None:
        super().__init__(name="heartbeat", daemon=True)
        self.worker = worker
        self.pause = min(settings.RUN_HEARTBEAT_SECONDS, settings.RUN_LEASE_SECONDS / 3)
        self.gauge: Gauge | None = None
        self._end = threading.Event()

    def run(self) -> None:
        """Beat until ``stop``. Whatever makes one beat fail, the next is tried: the lease hangs on it."""
        while not self._end.is_set():
            close_old_connections()
            try:
                self.beat()
            except (DatabaseError, InterfaceError, Device.DoesNotExist) as error:
                logger.warning("heartbeat: %s", error)
                connection.close()
            except Exception:
                logger.exception("heartbeat")
            self._end.wait(self.pause)

    def stop(self) -> None:
        """No beat after the one in hand."""
        self._end.set()
        if self.gauge:
            self.gauge.stop()

    def beat(self) -> None:
        """One beat. The lease comes first: everything else can wait."""
        use = self.gauge.latest() if self.gauge else None
        self._renew(use)
        loaded = self.worker.loaded
        told = use.told() if use else {}
        device_seen(device=self.worker.device, loaded=str(loaded.checkpoint) if loaded else "", use=told)
        if self.gauge is None:
            self.gauge = Gauge(self.worker.device, self.pause, self.worker.runner_pid)
            self.gauge.start()
        runs_sweep()
        if self.worker.stopping():
            return
        lacks_review(node=self.worker.device.node)
        self.worker.unload_when_idle()
        if self.worker.job is None and run_waits_for(self.worker.device):
            wake_devices([str(self.worker.device)])

    def _renew(self, use: Use | None) -> None:
        job = self.worker.job
        if job is None:
            return
        if use:
            job.use.add(time.monotonic() - job.began, use.memory, use.load)
        with job.beating() as goes_on:
            if not goes_on:
                return
            try:
                points = job.use.points
                job.wishes = run_beat(lease=job.lease, progress=job.progress, log_tail=job.log_tail(), use=points)
            except LeaseLost:
                logger.warning("run %s, attempt %s: the lease is lost", job.lease.run, job.lease.attempt)
                job.lose()
            else:
                job.keep()
