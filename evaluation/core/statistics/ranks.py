"""Ranks, and how sure they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evaluation.core.statistics.basics import LEVEL
from evaluation.core.statistics.clusters import Floats, by_cluster

Whole = NDArray[np.int64]

SEED = 20_260
COUNTED = 512
"""Up to so many documents or clusters the bootstrap draws each; above, it draws means from its normal limit."""


@dataclass(frozen=True)
class RankSpan:
    """A rank (1 is best) and the lowest and highest number that it may be."""

    rank: int
    low: int
    high: int


def rank_range(pairs: Sequence[Sequence[int | None]]) -> list[tuple[int, int]]:
    """The best and worst rank that each model can hold, from settled verdicts.

    ``pairs[i][j]`` is above 0 where model ``i`` was shown to be better than ``j``, below 0 where it was shown to be
    worse, 0 or None where neither was. Best: one below all that were shown to be better; worst: one above all that
    were shown to be worse. If the chance of any false verdict is at most 5 %, as after Holm's correction, all ranges
    hold the true ranks together with 95 % (Klein, Wright and Wieczorek 2020; Al Mohamad and others 2022).
    """
    signs = [[value or 0 for value in row] for row in pairs]
    better = [sum(signs[j][i] > 0 or signs[i][j] < 0 for j in range(len(signs)) if j != i) for i in range(len(signs))]
    worse = [sum(signs[i][j] > 0 or signs[j][i] < 0 for j in range(len(signs)) if j != i) for i in range(len(signs))]
    return [(1 + above, len(signs) - below) for above, below in zip(better, worse, strict=True)]


def rank_intervals(
    matrices: Sequence[ArrayLike], *, weights: Sequence[float] | None = None,
    higher_is_better: Sequence[bool] | None = None, clusters: Sequence[ArrayLike | None] | None = None,
    resamples: int = 1000, seed: int = SEED, level: float = LEVEL,
) -> list[RankSpan] | None:  # fmt: skip
    """Bootstrap intervals (Efron 1979, percentiles) of the models' ranks by their average over tasks.

    ``matrices``: one per task, models x documents, the same models in the same order. Each resample draws each task's
    documents anew (whole clusters where given), the same for all models. Models that tie share the best of their
    ranks. None without a task, with fewer than two documents or clusters of one, or with a value that is not finite.
    """
    rng = np.random.default_rng(seed)
    tasks = [np.asarray(matrix, dtype=float) for matrix in matrices]
    if not tasks or any(task.ndim != 2 or task.shape[1] < 2 or not np.isfinite(task).all() for task in tasks):
        return None
    scale = _scales(len(tasks), weights, higher_is_better)
    observed, drawn = np.zeros(len(tasks[0])), np.zeros((resamples, len(tasks[0])))
    for task, share, labels in zip(tasks, scale, clusters or [None] * len(tasks), strict=True):
        sums, sizes = by_cluster(task, np.arange(task.shape[1]) if labels is None else labels)
        if len(sizes) < 2:
            return None
        observed += share * sums.sum(axis=1) / sizes.sum()
        drawn += share * _means(sums, sizes, resamples, rng)
    tails = [100 * (1 - level) / 2, 100 * (1 + level) / 2]
    low, high = np.percentile(_ranks(drawn), tails, axis=0, method="inverted_cdf")
    first = _ranks(observed[None, :])[0]
    return [RankSpan(int(rank), int(a), int(b)) for rank, a, b in zip(first, low, high, strict=True)]


def _scales(tasks: int, weights: Sequence[float] | None, higher_is_better: Sequence[bool] | None) -> list[float]:
    """What each task counts; below zero where less is better."""
    shares = weights if weights is not None else [1.0] * tasks
    signs = higher_is_better if higher_is_better is not None else [True] * tasks
    return [share if up else -share for share, up in zip(shares, signs, strict=True)]


def _means(sums: Floats, sizes: Whole, resamples: int, rng: np.random.Generator) -> Floats:
    """Means of resampled columns: resamples x models.

    A resample counts how often each column was drawn. Of many columns the means are drawn from the normal
    distribution that the bootstrap tends to, with the same covariance.
    """
    n = len(sizes)
    if n <= COUNTED:
        counts = rng.multinomial(n, np.full(n, 1 / n), size=resamples)
        return np.asarray((counts @ sums.T) / (counts @ sizes)[:, None])
    centre = sums.sum(axis=1) / sizes.sum()
    rest = sums - centre[:, None] * sizes
    covariance = rest @ rest.T / sizes.sum() ** 2
    return np.asarray(rng.multivariate_normal(centre, covariance, size=resamples, method="eigh"))


def _ranks(means: Floats) -> Whole:
    """Rank 1 is the highest of a row; equal ones share the best rank."""
    higher = means[:, None, :] > means[:, :, None]
    return np.asarray(1 + higher.sum(axis=2))
