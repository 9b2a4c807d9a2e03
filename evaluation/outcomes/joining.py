"""Several models on the documents that all of them answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

from evaluation.outcomes.columns import Unreadable
from evaluation.outcomes.documents import ids_of
from evaluation.outcomes.refs import SampleRef
from evaluation.outcomes.values import DocumentValues, document_values

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Joined:
    """``matrix``: a row for each model, a column for each document that all share.

    ``clusters``: which columns are about one passage, None where each is about its own; ``beyond``: how many documents
    each model answered that are not among the columns, those whose value is no number included.
    """

    matrix: NDArray[np.float64]
    clusters: NDArray[np.int64] | None
    beyond: tuple[int, ...]


def together(models: Sequence[Sequence[SampleRef]], metric: str, filter: str) -> Joined | None:
    """The values of all ``models``, document by document.

    Each model is given by its samples: one file for a task, those of all parts in order for a group. None where a model
    has none, the parts are not the same tasks, or no document of some part is shared.
    """
    tasks = {tuple(ref.task for ref in refs) for refs in models}
    if len(tasks) != 1 or not tasks.pop():
        return None
    parts = []
    for refs in zip(*models, strict=True):
        found = [document_values(ref, metric, filter) for ref in refs]
        joined = _join([one for one in found if one]) if all(found) else None
        if joined is None:
            return None
        parts.append(joined)
    return parts[0] if len(parts) == 1 else _group(parts)


def align(refs: Sequence[SampleRef], numbers: Sequence[NDArray[np.int64]]) -> list[NDArray[np.int64]] | None:
    """For each model the places, among its ``numbers`` of documents, of the documents that all share, in one order.

    By the documents' numbers where all were asked the same, else by what the documents are. The order is that of the
    first model's numbers. None where the prompts of one are not there; empty arrays where no document is shared.
    """
    import numpy as np

    names: list[NDArray[Any]] = list(numbers)
    if len({ref.prompts_key for ref in refs}) > 1:
        try:
            names = [ids_of(ref, own) for ref, own in zip(refs, numbers, strict=True)]
        except Unreadable:
            return None
    first = names[0]
    if all(len(first) == len(other) and np.array_equal(first, other) for other in names[1:]):
        return [np.arange(len(first))] * len(names)
    shared = reduce(np.intersect1d, names)
    # In the first model's order, so that neighbours in the task stay neighbours.
    shared = first[np.sort(_places(first, shared))]
    return [_places(one, shared) for one in names]


def _join(found: Sequence[DocumentValues]) -> Joined | None:
    """One task."""
    places = align([one.ref for one in found], [one.numbers for one in found])
    return _joined(found, places) if places and len(places[0]) else None


def _places(names: NDArray[Any], wanted: NDArray[Any]) -> NDArray[np.int64]:
    """Where each of ``wanted`` stands in ``names``."""
    import numpy as np

    order = np.argsort(names, kind="stable")
    return order[np.searchsorted(names, wanted, sorter=order)]


def _joined(found: Sequence[DocumentValues], places: Sequence[Any]) -> Joined:
    import numpy as np

    matrix = np.stack([one.values[place] for one, place in zip(found, places, strict=True)])
    clusters = found[0].clusters
    kept = None if clusters is None else clusters[places[0]]
    return Joined(matrix, kept, tuple(len(one.values) + one.undefined - matrix.shape[1] for one in found))


def _group(parts: Sequence[Joined]) -> Joined:
    """The documents of all parts one after the other."""
    import numpy as np

    matrix = np.concatenate([part.matrix for part in parts], axis=1)
    beyond = tuple(sum(part.beyond[place] for part in parts) for place in range(len(matrix)))
    if all(part.clusters is None for part in parts):
        return Joined(matrix, None, beyond)
    clusters, before = [], 0
    for part in parts:
        own = np.arange(part.matrix.shape[1]) if part.clusters is None else part.clusters
        clusters.append(own + before)
        before += int(own.max()) + 1
    return Joined(matrix, np.concatenate(clusters), beyond)
