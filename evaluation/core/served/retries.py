"""Ask again after a while that doubles, some of it by chance: many askers shall not come back all at once."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from evaluation.core.served.calls import ServerError

T = TypeVar("T")

FIRST_PAUSE = 1.0
LAST_PAUSE = 30.0


@dataclass(frozen=True)
class Retries:
    """``tries`` calls at most; ``wait`` sleeps, and raises when nobody wants the answer any more.

    The n-th pause is ``first × 2^(n-1)``, at most ``last``, of which a random half is taken off ("equal jitter"); where
    the server says when it wants to be asked again, that is waited at least.
    """

    tries: int = 5
    first: float = FIRST_PAUSE
    last: float = LAST_PAUSE
    wait: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random

    def call(self, ask: Callable[[], T]) -> T:
        """What ``ask`` gives. Raises its ServerError when that does not pass, or has not passed after all tries."""
        began = time.monotonic()
        for done in range(1, max(self.tries, 1) + 1):
            try:
                return ask()
            except ServerError as error:
                if not error.passing:
                    raise
                if done >= self.tries:
                    raise self._last(error, done, time.monotonic() - began) from None
                self.wait(self.pause(done, error.pause))
        raise AssertionError("a call either answers or raises")

    def pause(self, done: int, wanted: float | None) -> float:
        """Seconds after ``done`` calls that failed; ``wanted``: what the server asked for."""
        whole = min(self.first * 2.0 ** (done - 1), self.last)
        return max(whole / 2 + self.chance() * whole / 2, wanted or 0.0)

    @staticmethod
    def _last(error: ServerError, tries: int, seconds: float) -> ServerError:
        if tries == 1:
            return error
        return ServerError(error.kind, f"{error} ({tries} tries within {seconds:.0f} s)", error.pause)
