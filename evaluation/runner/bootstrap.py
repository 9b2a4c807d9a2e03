"""Signs of life while lm-eval bootstraps standard errors, which takes minutes on large tasks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from lm_eval.api import metrics

from evaluation.runner.pulse import Pulse


def keep_alive(pulse: Pulse) -> None:
    """Beat at every resample of lm-eval's single-process bootstrap. Its seeds and numbers stay as they are."""
    plain = getattr(metrics._bootstrap_internal_no_mp, "__wrapped__", metrics._bootstrap_internal_no_mp)

    @wraps(plain)
    def beating(f: Callable[[Any], float], xs: Sequence[Any], iters: int) -> Any:
        @wraps(f)
        def once(sample: Any) -> float:
            pulse.beat()
            return f(sample)

        return plain(once, xs, iters)

    metrics._bootstrap_internal_no_mp = beating
