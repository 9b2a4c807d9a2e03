"""Tests of all pairs of some models on one task: paired on the documents that they share, else from their scores."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from evaluation.comparison.scores import Measured
from evaluation.core.statistics import Difference, all_pairs, difference_of_scores
from evaluation.outcomes import Joined, SampleRef, document_values, together

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Differences = list[list[Difference | None]]
KEPT = 1024
"""Tested rows that a process keeps; files are named by their checksums, so what is kept cannot be stale."""


def differences(models: Sequence[Measured]) -> Differences:
    """``[i][j]`` is ``i - j``, for models that were measured alike; None on the diagonal and where nothing is known.

    Those with samples are paired: on the documents that all of them share, or, where that leaves some out, on those
    that the two share. The rest is tested from values and standard errors.
    """
    found: Differences = [[None] * len(models) for _ in models]
    sampled = [place for place, one in enumerate(models) if one.samples]
    _enter(found, sampled, [models[place] for place in sampled])
    for i, first in enumerate(models):
        for j, second in enumerate(models):
            if i < j and found[i][j] is None:
                made = difference_of_scores(first.value, first.stderr, first.n, second.value, second.stderr, second.n)
                found[i][j], found[j][i] = made, made.mirrored() if made else None
    return found


def _enter(found: Differences, places: Sequence[int], models: Sequence[Measured]) -> None:
    """Put the paired differences of these models where they belong."""
    if len(models) < 2:
        return
    whole = _paired(models)
    for i, first in enumerate(places):
        for j, second in enumerate(places):
            if i < j:
                pairs = whole or (_paired([models[i], models[j]]) if len(models) > 2 else None)
                one = (pairs[i][j] if whole else pairs[0][1]) if pairs else None
                found[first][second], found[second][first] = one, one.mirrored() if one else None


def _paired(models: Sequence[Measured]) -> Differences | None:
    samples, values = tuple(one.samples for one in models), tuple(one.value for one in models)
    try:
        return _tested(samples, values, models[0].metric, models[0].filter)
    except UnpairedError:
        return None


class UnpairedError(Exception):
    """Samples cannot be read, or are not what the scores are made of; raised, so that it is not kept."""


@lru_cache(maxsize=KEPT)
def _tested(
    samples: tuple[tuple[SampleRef, ...], ...], values: tuple[float, ...], metric: str, filter_name: str
) -> Differences:
    """All pairs. Raises UnpairedError, also where of more than two models some answered what the others did not."""
    joined = shared(samples, values, metric, filter_name)
    if joined is None or (len(samples) > 2 and any(joined.beyond)):
        raise UnpairedError
    return all_pairs(joined.matrix, clusters=joined.clusters)


def shared(
    samples: Sequence[tuple[SampleRef, ...]], values: Sequence[float], metric: str, filter_name: str
) -> Joined | None:
    """The values of all models on the documents that they share, so scaled that the mean of a model's is its score.

    None where the scores are not made of these values, such as those of a group that weighs small tasks like large.
    """
    joined = together(samples, metric, filter_name)
    if joined is None:
        return None
    import numpy as np

    rows = []
    for refs, value, row in zip(samples, values, joined.matrix, strict=True):
        made = _as_mean(row, _mean(refs, metric, filter_name), value)
        if made is None:
            return None
        rows.append(made)
    return Joined(np.stack(rows), joined.clusters, joined.beyond)


def _mean(refs: Sequence[SampleRef], metric: str, filter_name: str) -> float:
    """Over all documents of a model, shared or not; NaN where a file is gone."""
    parts = [document_values(ref, metric, filter_name) for ref in refs]
    sizes = [len(part.values) if part else 0 for part in parts]
    if not all(sizes):
        return math.nan
    return math.fsum(float(part.values.sum()) for part in parts if part) / sum(sizes)


def _as_mean(row: NDArray[np.float64], mean: float, value: float) -> NDArray[np.float64] | None:
    """The values of a model whose score is their mean; of a perplexity, ``exp(-mean)``, the values by which it moves.

    The second is the delta method: ``exp(m)`` is, to first order, the mean of ``exp(m) (1 + x - m)`` over the negative
    log-likelihoods ``x`` with mean ``m``.
    """
    if math.isclose(mean, value, rel_tol=1e-6, abs_tol=1e-9):
        return row
    if -700 < mean < 700 and math.isclose(math.exp(-mean), value, rel_tol=1e-6):
        return value * (1 - row + mean)
    return None
