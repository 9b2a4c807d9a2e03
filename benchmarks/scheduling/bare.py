"""A Celery worker that does nothing but answer: what the broker and Celery take by themselves.

Settings, pool and options of the worker are those of our own; there is neither Django nor a database.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import redis
from celery import Celery

from benchmarks.place import ROOT

QUEUE, ANSWERS = "bare", "bare.answers"
PATIENCE = 240
CALM = ("--without-gossip", "--without-mingle", "--without-heartbeat")  # as our own workers have it

app = Celery("bare", broker=os.environ.get("REDIS_URL"), set_as_current=False, fixups=[])
app.conf.update(
    task_default_queue=QUEUE,
    task_ignore_result=True,
    result_backend=None,
    task_serializer="json",
    accept_content=["json"],
    task_acks_late=True,
    worker_prefetch_multiplier=1,
    worker_send_task_events=False,
    worker_enable_remote_control=False,
    broker_connection_retry_on_startup=True,
)
# No timeout of its own: an answer is waited for.
_client = redis.Redis.from_url(os.environ.get("REDIS_URL", "redis://"), socket_timeout=None)


@app.task(name="bare.answer", ignore_result=True, acks_late=True)  # type: ignore[untyped-decorator]
def answer() -> None:
    """Say when it began."""
    _client.rpush(ANSWERS, repr(time.monotonic()))


def ask() -> tuple[float, float]:
    """Seconds until the task began, and until its answer was here."""
    started = time.monotonic()
    app.send_task("bare.answer", queue=QUEUE, ignore_result=True)
    found = _client.blpop([ANSWERS], timeout=PATIENCE)
    ended = time.monotonic()
    if found is None:
        raise RuntimeError("The bare Celery worker does not answer; its log is bare.log.")
    return float(found[1]) - started, ended - started


@contextlib.contextmanager
def worker(folder: Path) -> Iterator[psutil.Process]:
    """It listens until the end of the block."""
    command = [sys.executable, "-m", "celery", "-A", "benchmarks.scheduling.bare", "worker"]
    options = ["--pool", "threads", "-c", "1", "-n", "bare@bench", "-l", "WARNING", *CALM]
    with (folder / "bare.log").open("wb") as log:
        process = subprocess.Popen([*command, *options], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            for _time in range(5):
                ask()
            yield psutil.Process(process.pid)
        finally:
            process.kill()
            process.wait()
