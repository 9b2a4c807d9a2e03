"""Starts the processes of a site, keeps them running, and ends them all."""

import json
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from types import FrameType

from hub.supervisor import family
from hub.supervisor.child import Child, shorten

TICK = 0.2
GRACE = 8.0  # Seconds for a child to end by itself after SIGTERM.
ORPHAN_GRACE = 2.0
HEALTH_PATIENCE = 45.0

Say = Callable[[str], None]


class Stop(BaseException):
    """A signal asked the supervisor to end."""


class Site:
    """A supervisor in one thread: every child is looked at five times a second."""

    def __init__(self, children: list[Child], health: str, say: Say) -> None:
        self.children, self.health, self.say = children, health, say

    def run(self, ready: Callable[[], None]) -> None:
        """Run until a signal comes. ``ready`` is called when health is good, or after a while when it is not."""
        family.adopt_orphans()
        try:
            self._wait_until_healthy()
            ready()
            while True:
                self.tick()
        except Stop:
            self.say("Stopping.")
        finally:
            ignore_signals()
            self.stop()

    def tick(self) -> None:
        """Start what is due, say what ended, end what was left behind."""
        for child in self.children:
            status = child.ended()
            if status is not None:
                self._mourn(child, status)
        for child in self.children:
            if child.due():
                child.start()
            shorten(child.log)
        self._end_orphans()
        time.sleep(TICK)

    def stop(self) -> None:
        """Worker and web server first, then Redis, which they use until the end, then all that is left."""
        first = [child for child in self.children if child.name != "redis"]
        for group in (first, [child for child in self.children if child.name == "redis"]):
            family.end([p for child in group if child.pid for p in family.find(child.pid)], GRACE)
        family.end_all(ORPHAN_GRACE)

    def _mourn(self, child: Child, status: int) -> None:
        how = f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
        pause = max(0.0, child.not_before - time.monotonic())
        self.say(f"{child.name} {how}; starting it again in {pause:.0f} s. Its log, {child.log}, ends:")
        self.say(child.last_words())

    def _end_orphans(self) -> None:
        known = {child.pid for child in self.children if child.pid}
        if left := family.orphans(known):
            self.say(f"Ending {len(left)} process(es) that a child left behind.")
            family.end([p for orphan in left for p in family.with_children(orphan)], ORPHAN_GRACE)

    def _wait_until_healthy(self) -> None:
        deadline = time.monotonic() + HEALTH_PATIENCE
        reason = ""
        while time.monotonic() < deadline:
            self.tick()
            healthy, reason = ask_health(self.health)
            if healthy:
                return
        self.say(f"Not healthy after {HEALTH_PATIENCE:.0f} s: {reason}. Going on; {self.health} says when it is.")


def ask_health(address: str) -> tuple[bool, str]:
    """Whether the site is healthy, and why not."""
    try:
        with urllib.request.urlopen(address, timeout=2):
            return True, ""
    except urllib.error.HTTPError as error:
        try:
            return False, str(json.load(error).get("reason", error))
        except ValueError:
            return False, str(error)
    except OSError as error:
        return False, f"no answer ({error})"


def stop_on_signals() -> None:
    """Make SIGINT, SIGTERM and SIGHUP raise Stop in the main thread."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise Stop

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)


def ignore_signals() -> None:
    """From here on the end is under way: a second Ctrl-C must not leave half of the children alive."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
