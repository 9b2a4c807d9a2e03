"""Intervals of one score."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from evaluation.core.statistics.basics import LEVEL, Interval, normal_quantile, t_quantile
from evaluation.core.statistics.clusters import by_cluster, clustered_stderr


def wilson(successes: float, n: int, level: float = LEVEL) -> Interval | None:
    """Score interval of a proportion (Wilson 1927). None for n below 2 or successes outside 0..n."""
    if n < 2 or not math.isfinite(successes) or not 0 <= successes <= n:
        return None
    return _wilson(successes / n, n, level)


def _wilson(share: float, n: float, level: float) -> Interval:
    z = normal_quantile(level)
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return Interval(0.0 if share == 0 else centre - half, 1.0 if share == 1 else centre + half)


def mean_interval(mean: float, stderr: float | None, n: int | None, level: float = LEVEL) -> Interval | None:
    """``mean ± t s``, with Student's t at n - 1 degrees of freedom, or the normal quantile where n is not known.

    None without a positive standard error: a mean of equal values tells nothing of its uncertainty.
    """
    if stderr is None or not math.isfinite(mean) or not math.isfinite(stderr) or stderr <= 0:
        return None
    if n is not None and n < 2:
        return None
    reach = stderr * (normal_quantile(level) if n is None else t_quantile(n - 1, level))
    return Interval(mean - reach, mean + reach)


def is_proportion(value: float, stderr: float | None, n: int | None) -> bool:
    """Whether a score is a share of documents: a whole number of successes with the standard error of one.

    lm-eval's standard error of a mean is ``sqrt(p (1 - p) / (n - 1))`` for values of 0 and 1.
    """
    if n is None or n < 2 or stderr is None or not 0 <= value <= 1:
        return False
    whole = abs(value * n - round(value * n)) < 1e-6 * n
    return whole and math.isclose(stderr, math.sqrt(value * (1 - value) / (n - 1)), rel_tol=1e-3, abs_tol=1e-9)


def score_interval(value: float, stderr: float | None, n: int | None, level: float = LEVEL) -> Interval | None:
    """The interval of a score: Wilson's for a share of documents, else Student's."""
    if is_proportion(value, stderr, n):
        assert n is not None
        return wilson(round(value * n), n, level)
    return mean_interval(value, stderr, n, level)


def interval_of(values: ArrayLike, clusters: ArrayLike | None = None, level: float = LEVEL) -> Interval | None:
    """The interval of the mean of documents' values; None below two documents or clusters, or if one is not finite.

    Values of 0 and 1: Wilson's; others: Student's. With ``clusters`` (a label for each document, of its passage) the
    standard error is that of ``clustered_stderr``, and Student's t has as many degrees of freedom as clusters less
    one. Shares then keep Wilson's form, of as many documents as would be worth the same if they were independent.
    """
    found = np.asarray(values, dtype=float)
    if len(found) < 2 or not np.isfinite(found).all():
        return None
    binary, successes = bool(np.isin(found, (0.0, 1.0)).all()), float(found.sum())
    if clusters is None:
        stderr = float(found.std(ddof=1)) / math.sqrt(len(found))
        return (
            wilson(successes, len(found), level)
            if binary
            else mean_interval(float(found.mean()), stderr, len(found), level)
        )
    groups = len(by_cluster(found, clusters)[1])
    stderr_of_clusters = clustered_stderr(found, clusters)
    if stderr_of_clusters is None:
        return None
    if binary:
        return _wilson_of_clusters(successes, len(found), stderr_of_clusters, groups, level)
    return mean_interval(float(found.mean()), stderr_of_clusters, groups, level)


def _wilson_of_clusters(successes: float, n: int, stderr: float, groups: int, level: float) -> Interval | None:
    """Wilson's interval of the effective number of documents (Korn and Graubard 1998; Dean and Pavlou 2015).

    That number is ``n`` over the design effect (the variance with clusters over the one without), which is taken to
    be 1 at least, and once more over the squared ratio of Student's quantile for so many clusters to the normal one.
    """
    share = successes / n
    plain = share * (1 - share) / (n - 1)
    effect = max(1.0, stderr**2 / plain) if plain > 0 else n / groups
    wider = (t_quantile(groups - 1, level) / normal_quantile(level)) ** 2
    return _wilson(share, n / effect / wider, level)
