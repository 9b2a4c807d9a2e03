"""The tests behind the ties: a p-value for each pair of models, by one column or by an average.

By one column: the paired tests of ``core.statistics`` on the documents that both answered, else, without samples, the
test of two independent scores; where files state a standard error and not the number of documents, the normal one, as
for the intervals of such scores. By an average: the difference of two averages is normal with the variance ::

    sum over tasks of (weight / total)**2 * (C_ii + C_jj - 2 C_ij)

where C is the covariance of the models' means over the documents that they share (over whole passages where a task has
them; Miller 2024, arXiv:2411.00640), and has only the squared standard errors on its diagonal where samples are
missing. A normalised column's values are divided by ``1 - chance`` before. Columns about the same documents (a task at
several shots, a group beside a task of it) are not independent: their standard errors are added, which is the most that
they can be together.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from evaluation.core.statistics import all_pairs, difference_of_scores
from evaluation.leaderboard.columns import ScoreColumn
from evaluation.outcomes import together
from evaluation.outcomes.joining import Joined
from evaluation.standings.rows import Row
from evaluation.standings.sampling import Files

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PValues = list[list[float | None]]


def of_column(rows: Sequence[Row], column: ScoreColumn, files: Files) -> tuple[PValues, int]:
    """p-values of all pairs of one column (``[i][j]`` for i < j), and how many of them are of paired tests."""
    sampled, joined = _joined(rows, column, files)
    tested = all_pairs(joined.matrix, clusters=joined.clusters) if joined else []
    at = {place: number for number, place in enumerate(sampled)}
    n, paired = len(rows), 0
    found: PValues = [[None] * n for _ in range(n)]
    for i in range(n):
        for j in range(i + 1, n):
            pair = tested[at[i]][at[j]] if tested and i in at and j in at else None
            paired += pair is not None
            found[i][j] = pair.p if pair else _independent(rows[i], rows[j])
    return found, paired


def _independent(a: Row, b: Row) -> float | None:
    """The p-value of two scores of documents that are not known one by one."""
    found = difference_of_scores(a.value, a.stderr, a.n, b.value, b.stderr, b.n)
    if found or a.stderr is None or b.stderr is None or (a.n is not None and b.n is not None):
        return found.p if found else None
    spread = math.hypot(a.stderr, b.stderr)
    return math.erfc(abs(a.value - b.value) / spread / math.sqrt(2)) if spread > 0 else None


def of_average(
    by_column: Sequence[Sequence[Row]], columns: Sequence[ScoreColumn], files: Files, above_chance: bool
) -> tuple[PValues, int]:
    """p-values of all pairs of an average, and how many of them share documents in every column."""
    import numpy as np
    from scipy.special import ndtr

    n = len(by_column[0])
    means, shared = np.zeros(n), np.ones((n, n), dtype=bool)
    blocks: list[tuple[set[str], NDArray[np.float64]]] = []
    total = math.fsum(column.weight for column in columns)
    for rows, column in zip(by_column, columns, strict=True):
        scale = column.weight / total / (1 - (column.chance or 0.0) if above_chance else 1.0)
        mean, spread, joined = _moments(rows, column, files)
        own = spread.diagonal()
        error = scale * np.sqrt(np.maximum(own[:, None] + own[None, :] - 2 * spread, 0.0))
        means, shared = means + scale * mean, shared & joined
        tasks = {ref.task for row in rows for ref in files.get(row, ())} | {column.task or column.subject}
        for block in [block for block in blocks if block[0] & tasks]:
            blocks.remove(block)
            tasks, error = tasks | block[0], error + block[1]
        blocks.append((tasks, error))
    of_gaps = np.sum([error**2 for _tasks, error in blocks], axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = 2 * ndtr(-np.abs(means[:, None] - means[None, :]) / np.sqrt(of_gaps))
    known = np.isfinite(of_gaps) & (of_gaps > 1e-18)
    # Who answers every document alike differs in nothing: by chance too, that would always be so.
    alike = shared & (of_gaps <= 1e-18) & (np.abs(means[:, None] - means[None, :]) < 1e-12)
    p, known = np.where(alike, 1.0, p), known | alike
    values: PValues = [[float(p[i, j]) if known[i, j] else None for j in range(n)] for i in range(n)]
    return values, int(np.triu(known & shared, 1).sum())


def _moments(
    rows: Sequence[Row], column: ScoreColumn, files: Files
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Means of the models, their covariance (NaN on the diagonal where unknown), and which pairs share documents."""
    import numpy as np

    n = len(rows)
    mean = np.array([row.value for row in rows])
    spread = np.diag([math.nan if row.stderr is None else row.stderr**2 for row in rows])
    joined_pairs = np.zeros((n, n), dtype=bool)
    sampled, joined = _joined(rows, column, files)
    if joined and joined.matrix.shape[1] > 1:
        places = np.array(sampled)
        mean[places] = joined.matrix.mean(axis=1)
        spread[np.ix_(places, places)] = covariance_of_means(joined)
        joined_pairs[np.ix_(places, places)] = True
    return mean, spread, joined_pairs


def covariance_of_means(joined: Joined) -> NDArray[np.float64]:
    """The covariance of the models' means over documents, or over whole passages as ``clustered_stderr`` has it."""
    import numpy as np

    rest = joined.matrix - joined.matrix.mean(axis=1, keepdims=True)
    n = rest.shape[1]
    if joined.clusters is not None:
        _names, places = np.unique(joined.clusters, return_inverse=True)
        rest = np.array([np.bincount(places, weights=row) for row in rest])
    groups = rest.shape[1]
    found: NDArray[np.float64] = groups / max(1, groups - 1) * (rest @ rest.T) / n**2
    return found


def _joined(rows: Sequence[Row], column: ScoreColumn, files: Files) -> tuple[list[int], Joined | None]:
    """The places of the rows that have samples, and what they answered on the documents that all of these share."""
    sampled = [place for place, row in enumerate(rows) if row in files]
    if len(sampled) < 2:
        return [], None
    joined = together([files[rows[place]] for place in sampled], rows[sampled[0]].metric, column.filter)
    if joined is None or not _is_mean(joined, [rows[place] for place in sampled]):
        return [], None
    return sampled, joined


def _is_mean(joined: Joined, rows: Sequence[Row]) -> bool:
    """Whether the scores are the means of their documents; a group that weighs its parts otherwise is not."""
    if not any(row.parts for row in rows):
        return True
    means = joined.matrix.mean(axis=1)
    return all(math.isclose(mean, row.value, rel_tol=1e-6) for mean, row in zip(means, rows, strict=True))
