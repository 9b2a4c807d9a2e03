"""Commands that run beside the workers of a node."""

import sys
import time

import pytest
from django.db import OperationalError

from hub.beside import Beside, tick_all


@pytest.fixture
def started(monkeypatch):
    """What was started, instead of processes."""
    found: list[list[str]] = []

    class Process:
        over = False

        def __init__(self, command, **_options) -> None:
            found.append(command)

        def poll(self):
            return 0 if self.over else None

        def terminate(self) -> None:
            self.over = True

        def wait(self, timeout) -> int:
            return 0

    monkeypatch.setattr("hub.beside.subprocess.Popen", Process)
    return found


def test_it_starts_when_it_is_time_and_then_again_after_a_while(started):
    one = Beside(["prune"], after=0, every=0)
    tick_all([one])
    tick_all([one])
    assert len(started) == 1  # the first is still at it
    assert started[0][:3] == ["nice", "-n", "15"]
    assert started[0][-1] == "prune"
    assert sys.executable in started[0]
    one.process.terminate()
    tick_all([one])
    assert len(started) == 2


def test_it_waits_for_its_time_and_for_being_due(started):
    tick_all([Beside(["prune"], after=60, every=60), Beside(["sync_tasks"], 0, 60, lambda: False)])
    assert started == []


def test_a_database_that_is_away_puts_it_off_and_ends_no_worker(started):
    def away() -> bool:
        raise OperationalError("server closed the connection")

    one = Beside(["sync_tasks"], 0, 3600, away)
    tick_all([one])
    assert started == []
    assert one.next > time.monotonic() + 3000


def test_it_ends_with_the_node(started):
    one = Beside(["prune"], 0, 60)
    one.tick()
    one.end()
    assert one.process.poll() == 0
    Beside(["prune"], 0, 60).end()
