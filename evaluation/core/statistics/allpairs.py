"""Every pair of many models on the documents that all of them answered."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from evaluation.core.statistics.basics import LEVEL, Difference
from evaluation.core.statistics.clusters import Floats, by_cluster
from evaluation.core.statistics.paired import is_binary, of_clusters, of_counts, of_gaps

Pairs = list[list[Difference | None]]


def all_pairs(values: ArrayLike, *, clusters: ArrayLike | None = None, level: float = LEVEL) -> Pairs:
    """``paired_difference`` of each two rows of a matrix, models x documents: ``[i][j]`` is row ``i`` less row ``j``.

    None on the diagonal and wherever ``paired_difference`` would give None; a row with a value that is not finite has
    no differences. ``clusters`` holds a label for each document.
    """
    rows = np.asarray(values, dtype=float)
    models = len(rows)
    found: Pairs = [[None] * models for _ in range(models)]
    if rows.ndim != 2 or rows.shape[1] < 2:
        return found
    judge = _Judge(rows, clusters, level)
    for i in range(models):
        for j in range(i + 1, models):
            one = judge.difference(i, j)
            found[i][j], found[j][i] = one, one.mirrored() if one else None
    return found


class _Judge:
    """What several pairs need is computed once: which rows are of 0 and 1, their joint counts, sums of clusters."""

    def __init__(self, rows: Floats, clusters: ArrayLike | None, level: float) -> None:
        self.rows, self.level = rows, level
        self.finite = [bool(np.isfinite(row).all()) for row in rows]
        self.binary = [bool(is_binary(row)) for row in rows]
        ones = np.where(np.array(self.binary)[:, None], rows, 0.0)
        self.both = ones @ ones.T
        self.clusters = None if clusters is None else by_cluster(rows, clusters)

    def difference(self, i: int, j: int) -> Difference | None:
        if not (self.finite[i] and self.finite[j]):
            return None
        binary = self.binary[i] and self.binary[j]
        if self.clusters:
            sums, sizes = self.clusters
            counts = self._counts(i, j) if binary else self._order(i, j)
            return of_clusters(sums[i] - sums[j], sizes, *counts, self.level)
        if binary:
            return of_counts(*self._counts(i, j), self.rows.shape[1], self.level)
        return of_gaps(self.rows[i] - self.rows[j], *self._order(i, j), self.level)

    def _counts(self, i: int, j: int) -> tuple[int, int]:
        """Documents that only one of two got right."""
        return round(self.both[i, i] - self.both[i, j]), round(self.both[j, j] - self.both[i, j])

    def _order(self, i: int, j: int) -> tuple[int, int]:
        """Documents on which the one lies above and below the other."""
        return int((self.rows[i] > self.rows[j]).sum()), int((self.rows[i] < self.rows[j]).sum())
