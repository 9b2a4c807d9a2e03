"""Paired tests: what two models answered on the same documents, those of a group on the documents of all its parts."""

from __future__ import annotations

import math

from evaluation.comparison.scores import Measured
from evaluation.core.statistics import Difference, difference_of_scores, paired_difference
from evaluation.outcomes import Joined, together


def difference(first: Measured, second: Measured) -> Difference | None:
    """``first - second``: by their documents where both have samples of the same ones, else from the two scores."""
    joined = _joined(first, second)
    found = paired_difference(joined.matrix[0], joined.matrix[1]) if joined else None
    return found or difference_of_scores(first.value, first.stderr, first.n, second.value, second.stderr, second.n)


def _joined(first: Measured, second: Measured) -> Joined | None:
    """The values of both, document by document; None where one is missing or the documents differ.

    Also of a group that is not the mean of its documents, such as one that weighs small tasks like large ones.
    """
    joined = together((first.samples, second.samples), first.metric, first.filter)
    if joined is None or any(joined.beyond):
        return None
    means = zip(joined.matrix.mean(axis=1), (first, second), strict=True)
    of_documents = all(not one.parts or math.isclose(mean, one.value, rel_tol=1e-6) for mean, one in means)
    return joined if of_documents else None
