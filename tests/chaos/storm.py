"""What goes wrong in a night, in minutes: a seeded storm over the real processes of a site."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from django.db import DatabaseError, InterfaceError, connection

from evaluation.actions import wake
from evaluation.models import Run
from tests.services import PostgresServer, RedisServer, Site

CLOCKS = Path(__file__).parent / "clocks"
PAUSE = (0.2, 1.2)
FAULTS = ("internal", "no_samples", "bad_checksum", "memory", "task", "die", "garbage")


@dataclass
class Storm:
    """Disturbs ``nodes`` until no run is left. ``disturbed``: when whom (by the monotonic clock), for the verdict."""

    site: Site
    database: PostgresServer
    redis: RedisServer
    nodes: list[str]
    rng: random.Random
    lease: float
    disturbed: list[tuple[str, float, float]] = field(default_factory=list)
    killed: list[tuple[float, int]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    later: list[tuple[float, Callable[[], None]]] = field(default_factory=list)
    stopped: dict[str, float] = field(default_factory=dict)

    def rage(self, seconds: float) -> int:
        """Until every run has ended, or for so long; returns how many have not."""
        end = time.monotonic() + seconds
        doings = [
            (self.kill_runner, 6),
            (self.kill_worker, 3),
            (self.stop_worker, 3),
            (self.empty_redis, 2),
            (self.take_database_away, 1),
            (self.double_messages, 3),
            (self.order_fault, 6),
        ]
        acts, weights = zip(*doings, strict=True)
        for node in self.nodes:
            self.start(node)
        left = -1
        while time.monotonic() < end and (left := self.left()):
            (act,) = self.rng.choices(acts, weights)
            self.counts[act.__name__] = self.counts.get(act.__name__, 0) + 1
            with contextlib.suppress(DatabaseError, InterfaceError):  # while it is away
                act()
            self.pass_time(self.rng.uniform(*PAUSE))
        self.calm_down()
        return left

    def left(self) -> int:
        """Runs that have not ended; -1 while the database is away."""
        try:
            return Run.objects.filter(state__in=["queued", "running"]).count()
        except (DatabaseError, InterfaceError):
            connection.close()
            return -1

    def start(self, node: str) -> None:
        """Start the worker of a node, whose clock is wrong by some minutes."""
        shift = str((self.nodes.index(node) - 1) * 170)
        path = os.pathsep.join([str(CLOCKS), os.environ.get("PYTHONPATH", "")])
        self.site.start_worker(node, CLOCK_SHIFT=shift, PYTHONPATH=path)

    def kill_runner(self) -> None:
        """kill -9 of a runner."""
        runners = self.site.runners_of(self.rng.choice(self.nodes))
        if runners:
            self.killed.append((time.monotonic(), runners[0].pid))
            with contextlib.suppress(psutil.Error):
                runners[0].kill()

    def kill_worker(self) -> None:
        """kill -9 of a worker; its node starts it again."""
        node = self.rng.choice(self.nodes)
        worker = self.site.workers[node]
        if worker.poll() is None and node not in self.stopped:
            worker.kill()
            worker.wait()
            self.note(node, 2.0)
            self.in_a_while(1.0, lambda: self.start(node))

    def stop_worker(self) -> None:
        """A worker stands still, often for longer than its lease, and goes on."""
        node = self.rng.choice(self.nodes)
        worker = self.site.workers[node]
        if worker.poll() is None and node not in self.stopped:
            pause = self.lease * self.rng.uniform(0.3, 1.8)
            worker.send_signal(signal.SIGSTOP)
            self.stopped[node] = time.monotonic()
            self.note(node, pause + 2.0)
            self.in_a_while(pause, lambda: self.go_on(node))

    def go_on(self, node: str) -> None:
        """The worker that stood still goes on."""
        self.stopped.pop(node, None)
        with contextlib.suppress(ProcessLookupError):
            self.site.workers[node].send_signal(signal.SIGCONT)

    def empty_redis(self) -> None:
        """kill -9 of Redis; what comes up again is empty."""
        if self.redis.process is not None:
            self.redis.kill()
            self.in_a_while(self.rng.uniform(0.5, 3.0), self.redis.start)

    def take_database_away(self) -> None:
        """PostgreSQL crashes, and comes back."""
        if self.database.up:
            pause = self.rng.uniform(0.5, 2.5)
            connection.close()
            self.database.halt()
            for node in self.nodes:
                self.note(node, pause + 4.0)
            self.in_a_while(pause, self.database.resume)

    def double_messages(self) -> None:
        """Wake-ups that nobody sent for."""
        wake(self.rng.randint(1, 8))

    def order_fault(self) -> None:
        """The next runner that looks misbehaves."""
        (self.site.faults / self.rng.choice(FAULTS)).touch()

    def note(self, node: str, seconds: float) -> None:
        """This node is disturbed from now on for so long."""
        self.disturbed.append((node, time.monotonic(), time.monotonic() + seconds))

    def in_a_while(self, seconds: float, act: Callable[[], None]) -> None:
        """Do it then."""
        self.later.append((time.monotonic() + seconds, act))

    def pass_time(self, seconds: float) -> None:
        """Do what is due meanwhile."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            due = [item for item in self.later if item[0] <= time.monotonic()]
            self.later = [item for item in self.later if item not in due]
            for _when, act in due:
                act()
            time.sleep(0.05)

    def calm_down(self) -> None:
        """What is still to come back comes back."""
        for _when, act in self.later:
            act()
        self.later.clear()
