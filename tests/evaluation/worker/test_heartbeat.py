"""The thread on which the lease hangs outlives whatever happens to one beat."""

import threading
import time

from evaluation.worker.heartbeat import Heartbeat
from evaluation.worker.service import Worker


def test_a_beat_that_fails_for_any_reason_is_followed_by_the_next(settings, monkeypatch):
    settings.RUN_HEARTBEAT_SECONDS = 0.01
    monkeypatch.setattr("evaluation.worker.heartbeat.close_old_connections", lambda: None)
    beats, enough = [], threading.Event()

    def beat(self: Heartbeat) -> None:
        beats.append(time.monotonic())
        if len(beats) == 3:
            enough.set()
        raise RuntimeError("nobody thought of this")

    monkeypatch.setattr(Heartbeat, "beat", beat)
    heartbeat = Heartbeat(Worker())
    heartbeat.start()
    assert enough.wait(10)
    heartbeat.stop()
    heartbeat.join(10)
    assert not heartbeat.is_alive()
