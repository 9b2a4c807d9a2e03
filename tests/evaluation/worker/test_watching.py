"""Real workers tell what their devices have in use, and leave a history of attempts that fits their runs."""

import os
import signal

import pytest

from evaluation.models import Attempt, Device, Run
from tests.services import wait_for

pytestmark = [pytest.mark.slow, pytest.mark.site(FAKE_DOCUMENTS="60", FAKE_PACE="0.05")]


def readings() -> list[list]:
    """The readings of the attempt under way, once there are two of a runner that holds memory."""
    attempt = Attempt.objects.filter(ended_at=None).first()
    points = [point for point in attempt.use if point[1]] if attempt else []
    return points if len(points) >= 2 else []


def test_use_and_attempts_of_a_run_whose_first_worker_is_killed(live, work):
    first = live.start_worker("one")
    work.submit("oak")
    points = wait_for(readings, "two readings of the first attempt")
    assert all(0 <= load <= 1 for _second, _memory, load in points)
    assert [point[0] for point in points] == sorted(point[0] for point in points)
    assert Device.objects.get(node__name="one").use["memory"] > 2**20
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    work.lapse(first)
    live.start_worker("two")
    run = wait_for(lambda: Run.objects.filter(state="done").first(), "the run ends on the second node")
    told = list(run.attempts.values_list("devices", "outcome"))
    assert told == [(["one/cpu"], "queued"), (["two/cpu"], "done")]
    lost, done = run.attempts.all()
    assert "fell silent" in lost.reason
    assert lost.began_at < lost.ended_at <= done.began_at < done.ended_at
    assert lost.use[: len(points)][-1][0] >= points[-1][0]
