"""The worker of this process: claims runs for its device one after the other, its runner kept warm between them."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import socket
import threading
import time
from pathlib import Path
from typing import Any

from celery.signals import worker_init, worker_shutdown, worker_shutting_down
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections
from django.db.backends.signals import connection_created

from evaluation.actions import Lease, LeaseLost, device_begins, device_seen, device_yield, is_held, run_claim
from evaluation.core.protocol import VLLM, ModelSpec
from evaluation.models import Cell, Device, Run
from evaluation.worker.attempt import Attempt
from evaluation.worker.heartbeat import Heartbeat
from evaluation.worker.job import Job
from evaluation.worker.runner_process import RunnerProcess

logger = logging.getLogger(__name__)

LET_GO_SECONDS = 30
OF_CHECKPOINT = ("repo_id", "path", "revision", "sha256", "gated", "card__slug", "card__architecture_family")
OF_RUN = ("batch_size", "width", "progress", "checkpoint", *(f"checkpoint__{column}" for column in OF_CHECKPOINT))
"""What a runner is told of, and its worker of a run."""
NODE_VARIABLE, DEVICE_VARIABLE = "ARBORETUM_NODE", "ARBORETUM_DEVICE"


class Worker:
    """One per process. ``work`` runs on Celery's one pool thread, the heartbeat on a thread of its own."""

    def __init__(self) -> None:
        self.job: Job | None = None
        self.runner: RunnerProcess | None = None
        self.loaded: Run | None = None
        self.model: ModelSpec | None = None
        self.idle_since = time.monotonic()
        self._device: Device | None = None
        self._stop = threading.Event()
        self._busy = threading.Lock()
        self._heartbeat: Heartbeat | None = None

    @property
    def device(self) -> Device:
        """The row of this worker's device, which ``manage.py node`` has written before it started the worker."""
        if self._device is None:
            node = os.environ.get(NODE_VARIABLE, socket.gethostname())
            name = os.environ.get(DEVICE_VARIABLE, "cpu")
            self._device = Device.objects.select_related("node").get(node__name=node, name=name)
        return self._device

    @property
    def directory(self) -> Path:
        """Where runs of this device put their files until these are stored."""
        return Path(settings.HUB_DATA_DIR) / "work" / str(self.device).replace("/", "-").replace(":", "-")

    def start(self) -> None:
        """Begin to give signs of life."""
        connection_created.connect(let_go_when_cut_off)
        keep_connections()
        shutil.rmtree(self.directory, ignore_errors=True)
        with contextlib.suppress(DatabaseError, InterfaceError, Device.DoesNotExist):
            device_begins(device=self.device)
        self._heartbeat = Heartbeat(self)
        self._heartbeat.start()

    def stop(self) -> None:
        """Give back the run in hand and end the runner."""
        self._stop.set()

    def stopping(self, within: float = 0.0) -> bool:
        """Whether ``stop`` was called, or is within some seconds."""
        return self._stop.wait(within)

    def work(self) -> None:
        """Claim and do runs until there is none left for this device."""
        with self._busy:
            while not self.stopping():
                lease = run_claim(device=self.device, loaded=self.loaded.checkpoint_id if self.loaded else None)
                if lease is not None:
                    self._serve(lease)
                elif not self._give_way():
                    break
            if self.stopping():
                self.drop_runner()

    def _give_way(self) -> bool:
        """Free the device's memory for a run that needs several devices; returns whether that was news."""
        if not is_held(self.device):
            return False
        self.drop_runner()
        return device_yield(device=self.device)

    def _serve(self, lease: Lease) -> None:
        logger.info("run %s, attempt %s: begins", lease.run, lease.attempt)
        job = self._job(lease)
        self.job = job
        try:
            state = Attempt(self, job).go()
            logger.info("run %s, attempt %s: %s", lease.run, lease.attempt, state)
        except LeaseLost:
            logger.warning("run %s, attempt %s: is another's now, dropped", lease.run, lease.attempt)
            self.drop_runner()
        finally:
            self.job = None
            self.idle_since = time.monotonic()
            shutil.rmtree(job.out, ignore_errors=True)

    def _job(self, lease: Lease) -> Job:
        run = Run.objects.select_related("checkpoint__card").only(*OF_RUN).get(pk=lease.run)
        suspects: dict[str, int] = run.progress.get("suspects", {})
        rows = Cell.objects.under_way().filter(run=run).select_related("task")
        # A cell in whose middle a runner died goes last, so that it does not keep the others from being scored.
        cells = sorted(rows, key=lambda c: (suspects.get(str(c.pk), 0), c.task.name, c.num_fewshot))
        out = self.directory / f"{lease.run}-{lease.attempt}"
        out.mkdir(parents=True, exist_ok=True)
        progress: dict[str, Any] = {"suspects": suspects} if suspects else {}
        return Job(
            lease, run, {cell.pk: cell for cell in cells}, self.device, out, progress=progress, stopping=self.stopping
        )

    def runner_pid(self) -> int | None:
        """The number of the runner's process, while there is one."""
        runner = self.runner
        return runner.pid if runner and runner.alive() else None

    def warm_runner(self) -> RunnerProcess:
        """The runner of the last run if it lives, else a new one."""
        if self.runner is None or not self.runner.alive():
            self.drop_runner()
            self.runner = RunnerProcess()
        return self.runner

    def make_room(self, model: ModelSpec) -> None:
        """End the runner if it or the next run computes with vLLM, unless both are about the very same model.

        vLLM takes nearly all memory of a device, and what it took is free for certain once its processes have ended.
        """
        before = self.model
        if before is not None and before != model and VLLM in (before.backend, model.backend):
            self.drop_runner()

    def holds(self, run: Run, model: ModelSpec) -> None:
        """The runner has loaded this run's checkpoint."""
        known = self.loaded is not None and self.loaded.checkpoint_id == run.checkpoint_id
        self.loaded, self.model = run, model
        if not known:  # else the heartbeat says it
            device_seen(device=self.device, loaded=str(run.checkpoint))

    def drop_runner(self) -> None:
        """End the runner, if there is one."""
        runner, self.runner, self.loaded, self.model = self.runner, None, None, None
        if runner:
            runner.kill()

    def unload_when_idle(self) -> None:
        """End a runner that nobody has needed for ``RUNNER_IDLE_SECONDS``."""
        if self.runner is None or time.monotonic() - self.idle_since < settings.RUNNER_IDLE_SECONDS:
            return
        if self._busy.acquire(blocking=False):
            try:
                logger.info("the runner was idle for long: unloaded")
                self.drop_runner()
            finally:
                self._busy.release()


def keep_connections() -> None:
    """Connections of this process last as long as they work: making one takes longer than claiming a run."""
    for each in connections.settings.values():
        each |= {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}


def let_go_when_cut_off(connection: Any, **_named: Any) -> None:
    """Have PostgreSQL end the transaction of a worker that was cut off in its middle: others wait for its locks."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('idle_in_transaction_session_timeout', %s, false)", [f"{LET_GO_SECONDS}s"]
            )


worker = Worker()


def _start(**_named: Any) -> None:
    worker.start()


def _stop(**_named: Any) -> None:
    worker.stop()


def _end(**_named: Any) -> None:
    worker.drop_runner()


worker_init.connect(_start)
worker_shutdown.connect(_end)
worker_shutting_down.connect(_stop)
