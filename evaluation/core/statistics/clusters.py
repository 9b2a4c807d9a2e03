"""Documents that share a passage are not independent: standard errors over their clusters."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def by_cluster(values: ArrayLike, clusters: ArrayLike) -> tuple[Floats, NDArray[np.int64]]:
    """The sum of the values and the number of documents of each cluster. ``values`` may have rows, one per model.

    ``clusters`` holds a label for each document; raises ValueError if there are not as many as documents.
    """
    found, labels = np.asarray(values, dtype=float), np.asarray(clusters)
    if labels.shape != found.shape[-1:]:
        raise ValueError(f"{labels.size} labels of clusters for {found.shape[-1]} documents")
    _names, places = np.unique(labels, return_inverse=True)
    sizes = np.bincount(places)
    rows = np.atleast_2d(found)
    sums = np.array([np.bincount(places, weights=row, minlength=len(sizes)) for row in rows])
    return (sums if found.ndim > 1 else sums[0]), sizes


def clustered_stderr(values: ArrayLike, clusters: ArrayLike) -> float | None:
    """The standard error of a mean whose documents come in clusters (Liang and Zeger 1986; Miller 2024, equation 4)::

        sqrt( G / (G - 1) * sum over clusters of (sum of (x - mean))**2 ) / n

    with the usual correction for few clusters G, as for a regression on a constant. Clusters of one document each
    give the ordinary standard error. None below two clusters, or where a value is not finite.
    """
    found = np.asarray(values, dtype=float)
    if len(found) < 2 or not np.isfinite(found).all():
        return None
    return stderr_of_sums(*by_cluster(found, clusters))


def stderr_of_sums(sums: Floats, sizes: NDArray[np.int64]) -> float | None:
    """The same from the sum and the number of documents of each cluster."""
    groups, n = len(sizes), int(sizes.sum())
    if groups < 2:
        return None
    rest = sums - sizes * (sums.sum() / n)
    return math.sqrt(groups / (groups - 1) * float(rest @ rest)) / n
