"""Two scores of the same documents."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from evaluation.core.statistics.basics import LEVEL, Difference, Interval, normal_quantile, special, t_quantile
from evaluation.core.statistics.clusters import Floats, by_cluster, stderr_of_sums
from evaluation.core.statistics.power import detectable_difference, detectable_of_pairs
from evaluation.core.statistics.signflip import sign_flip_p


def mcnemar(only_first: int, only_second: int, mid_p: bool = False) -> float:
    """Exact two-sided p-value of McNemar's test (1947) from the documents that only one of the two got right.

    ``mid_p`` counts what was seen by half only (Fagerland, Lydersen and Laake 2013): less cautious, and right on
    average.
    """
    discordant, fewer = only_first + only_second, min(only_first, only_second)
    if discordant == 0:
        return 1.0
    tail = float(special().bdtr(fewer, discordant, 0.5))
    if mid_p:
        below = float(special().bdtr(fewer - 1, discordant, 0.5)) if fewer else 0.0
        return tail + below if only_first != only_second else 1.0 - (tail - below)
    return min(1.0, 2 * tail)


def paired_difference(
    first: ArrayLike, second: ArrayLike, *, clusters: ArrayLike | None = None, level: float = LEVEL
) -> Difference | None:
    """``first - second``, of the same documents in the same order. Raises ValueError where their numbers differ.

    Values of 0 and 1: McNemar's exact test, and the adjusted Wald interval of Bonett and Price (2012), which stays
    open where the two agree on every document. Others: the exact sign-flip permutation test and Student's interval.
    With ``clusters`` (a label for each document) whole clusters are flipped, and the interval is of their standard
    error. None below two documents or clusters, where a value is not finite, and where all differences of values that
    are not 0 and 1 are equal: nothing then tells how far the next document's could lie.
    """
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if len(a) != len(b):
        raise ValueError(f"{len(a)} and {len(b)} documents: pairs need the same ones")
    if len(a) < 2 or not (np.isfinite(a).all() and np.isfinite(b).all()):
        return None
    above, below = int((a > b).sum()), int((a < b).sum())
    if clusters is not None:
        sums, sizes = by_cluster(a - b, clusters)
        return of_clusters(sums, sizes, above, below, level)
    if is_binary(a) and is_binary(b):
        return of_counts(above, below, len(a), level)
    return of_gaps(a - b, above, below, level)


def is_binary(values: Floats) -> bool:
    """Whether all are 0 or 1."""
    return bool(((values == 0.0) | (values == 1.0)).all())


def of_counts(only_first: int, only_second: int, n: int, level: float = LEVEL) -> Difference:
    """Answers right or wrong, from the documents that only one of the two got right."""
    p12, p21 = (only_first + 1) / (n + 2), (only_second + 1) / (n + 2)
    centre = p12 - p21
    reach = normal_quantile(level) * math.sqrt((p12 + p21 - centre**2) / (n + 2))
    return Difference(
        value=(only_first - only_second) / n,
        interval=Interval(max(-1.0, centre - reach), min(1.0, centre + reach)),
        p=mcnemar(only_first, only_second),
        method="paired-binary",
        n=n,
        only_first=only_first,
        only_second=only_second,
        agreement=1 - (only_first + only_second) / n,
        detectable=detectable_of_pairs(only_first + only_second, n, level),
    )


def of_gaps(gaps: Floats, above: int, below: int, level: float = LEVEL) -> Difference | None:
    """Any values, from their differences."""
    n, value = len(gaps), float(gaps.mean())
    stderr = float(gaps.std(ddof=1)) / math.sqrt(n)
    if not _tells(stderr, value):
        return None
    return _of_means(gaps, value, stderr, n - 1, "paired-permutation", (above, below, n), level)


def of_clusters(
    sums: Floats, sizes: np.typing.NDArray[np.int64], above: int, below: int, level: float = LEVEL
) -> Difference | None:
    """Any values, from the sum of the differences and the number of documents of each cluster."""
    n = int(sizes.sum())
    value, stderr = float(sums.sum()) / n, stderr_of_sums(sums, sizes)
    if stderr is None or not _tells(stderr, value):
        return None
    return _of_means(sums, value, stderr, len(sums) - 1, "paired-clustered", (above, below, n), level)


def _tells(stderr: float, value: float) -> bool:
    """Whether there is a spread, more than rounding, and no overflow."""
    return math.isfinite(stderr) and stderr > 1e-12 * abs(value)


def _of_means(
    flipped: Floats, value: float, stderr: float, freedom: int, method: str, counts: tuple[int, int, int], level: float
) -> Difference:
    above, below, n = counts
    reach = stderr * t_quantile(freedom, level)
    return Difference(
        value=value,
        interval=Interval(value - reach, value + reach),
        p=sign_flip_p(flipped),
        method=method,
        n=n,
        only_first=above,
        only_second=below,
        agreement=1 - (above + below) / n,
        detectable=detectable_difference(stderr, level),
    )
