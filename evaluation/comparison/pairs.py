"""Paired tests: what two models answered on the same documents, those of a group on the documents of all its parts."""

from __future__ import annotations

import math
from functools import lru_cache

from django.core.files.storage import default_storage

from evaluation.comparison.scores import Measured
from evaluation.core.statistics import Difference, difference_of_scores, paired_difference

KEPT = 256
"""Files of outcomes: those of a group with fifty parts for some models."""


def difference(first: Measured, second: Measured) -> Difference | None:
    """``first - second``: by their documents where both have samples of the same ones, else from the two scores."""
    pairs = _pairs(first, second)
    found = paired_difference(*pairs) if pairs else None
    return found or difference_of_scores(first.value, first.stderr, first.n, second.value, second.stderr, second.n)


def _pairs(first: Measured, second: Measured) -> tuple[list[float], list[float]] | None:
    """The values of both, document by document; None where one is missing or the documents differ."""
    if not first.samples or not second.samples:
        return None
    a, b = _documents(first), _documents(second)
    if not a or a.keys() != b.keys():
        return None
    return list(a.values()), [b[name] for name in a]


def _documents(one: Measured) -> dict[tuple[int, str], float]:
    """A score's values by the place of the part and the document.

    Empty for a group that is not the mean of its documents, such as one that weighs small tasks like large ones.
    """
    read = [_outcomes(name, sha256, one.metric, one.filter) for name, sha256 in one.samples]
    if not all(read):
        return {}
    found = {(place, document): value for place, part in enumerate(read) for document, value in part.items()}
    of_documents = not one.parts or math.isclose(sum(found.values()) / len(found), one.value, rel_tol=1e-6)
    return found if of_documents else {}


@lru_cache(maxsize=KEPT)
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
