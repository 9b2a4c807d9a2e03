"""A child that dies is started again, after a pause that grows."""

import os
import signal
import sys
import time

from hub.supervisor import child as module
from hub.supervisor.child import Child, shorten


def make_child(tmp_path, code: str) -> Child:
    return Child("demo", [sys.executable, "-c", code], tmp_path / "logs" / "demo.log")


def ended(child: Child) -> int:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if (status := child.ended()) is not None:
            return status
        time.sleep(0.02)
    raise AssertionError("it did not end")


def test_pauses_grow_while_it_keeps_dying(tmp_path):
    child = make_child(tmp_path, "raise SystemExit(3)")
    pauses = []
    for _ in range(3):
        child.start()
        assert ended(child) == 3
        assert not child.due()
        pauses.append(child.not_before - time.monotonic())
    assert pauses[0] < pauses[1] < pauses[2] < 10


def test_after_a_long_life_the_pause_is_short_again(tmp_path, monkeypatch):
    child = make_child(tmp_path, "pass")
    child.failures = 6
    monkeypatch.setattr(module, "LONG_LIFE", 0.0)
    child.start()
    ended(child)
    assert child.not_before - time.monotonic() <= 1


def test_a_killed_one_tells_its_signal(tmp_path):
    child = make_child(tmp_path, "import time; time.sleep(60)")
    child.start()
    os.kill(child.pid, signal.SIGKILL)
    assert ended(child) == -signal.SIGKILL
    assert child.pid is None


def test_its_last_words_are_those_since_it_was_started(tmp_path):
    child = make_child(tmp_path, "print('said now')")
    child.log.parent.mkdir()
    child.log.write_text("said long ago\n")
    child.start()
    ended(child)
    assert child.last_words() == "said now"


def test_its_output_goes_to_its_log_and_its_session_is_its_own(tmp_path):
    child = make_child(tmp_path, "import os, sys; print(os.getsid(0) == os.getpid()); print('oh', file=sys.stderr)")
    child.start()
    ended(child)
    assert sorted(child.log.read_text().split()) == ["True", "oh"]


def test_a_long_log_is_moved_aside(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "LOG_BYTES", 10)
    log = tmp_path / "web.log"
    log.write_text("x" * 11)
    shorten(log)
    assert log.read_text() == ""
    assert (tmp_path / "web.1.log").read_text() == "x" * 11
