"""The interval of one score, over whole passages where several documents of the task share one."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from evaluation.comparison.pairs import UnpairedError, shared
from evaluation.core.statistics import Interval, interval_of, score_interval

if TYPE_CHECKING:
    from evaluation.comparison.scores import Measured
    from evaluation.outcomes import SampleRef

KEPT = 4096


def interval(one: Measured) -> Interval | None:
    """The 95 % interval: from the documents where they come in passages, else from value, standard error and number.

    The standard error that lm-eval gives takes all documents for independent.
    """
    if any(ref.passage for ref in one.samples):
        try:
            over_passages = _over_passages(one.samples, one.value, one.metric, one.filter)
        except UnpairedError:
            over_passages = None
        if over_passages:
            return over_passages
    return score_interval(one.value, one.stderr, one.n)


@lru_cache(maxsize=KEPT)
def _over_passages(samples: tuple[SampleRef, ...], value: float, metric: str, filter_name: str) -> Interval | None:
    """None where each document has a passage of its own. Raises UnpairedError where the samples cannot be read."""
    joined = shared([samples], [value], metric, filter_name)
    if joined is None:
        raise UnpairedError
    return None if joined.clusters is None else interval_of(joined.matrix[0], joined.clusters)
