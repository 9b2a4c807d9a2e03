"""Paired tests: what two models answered on the same documents."""

from __future__ import annotations

from functools import lru_cache

from django.core.files.storage import default_storage

from evaluation.comparison.scores import Measured
from evaluation.core.statistics import Difference, difference_of_scores, paired_difference


def difference(first: Measured, second: Measured) -> Difference | None:
    """``first - second``: by their documents where both have samples of the same ones, else from the two scores."""
    pairs = _pairs(first, second)
    found = paired_difference(*pairs) if pairs else None
    return found or difference_of_scores(first.value, first.stderr, first.n, second.value, second.stderr, second.n)


def _pairs(first: Measured, second: Measured) -> tuple[list[float], list[float]] | None:
    """The values of both, document by document; None where one is missing or the documents differ."""
    if not first.samples or not second.samples:
        return None
    a = _outcomes(*first.samples, first.metric, first.filter)
    b = _outcomes(*second.samples, second.metric, second.filter)
    if not a or a.keys() != b.keys():
        return None
    return list(a.values()), [b[name] for name in a]


@lru_cache(maxsize=64)
def _outcomes(name: str, sha256: str, metric: str, filter_name: str) -> dict[str, float]:
    """A metric by document. The checksum is part of the key: a file that is replaced is read again."""
    # Only who reads samples pays for pyarrow.
    from pyarrow import ArrowException

    from evaluation.core.samples import metric_values

    try:
        with default_storage.open(name) as file:
            return metric_values(file, metric, filter_name)
    except (OSError, ArrowException):
        return {}
