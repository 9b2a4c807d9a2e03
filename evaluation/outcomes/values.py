"""One metric of one model, document by document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evaluation.outcomes.columns import Unreadable, read_table
from evaluation.outcomes.documents import ids_of, passages_of
from evaluation.outcomes.kept import KEPT
from evaluation.outcomes.refs import SampleRef

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

METRIC = "metric."


@dataclass(frozen=True)
class DocumentValues:
    """A metric of the documents that have a finite one, in the order of their numbers.

    ``numbers``: their places in the task, each once; ``undefined``: how many documents have the metric, but no number.
    """

    ref: SampleRef
    numbers: NDArray[np.int64]
    values: NDArray[np.float64]
    undefined: int = 0

    @property
    def ids(self) -> NDArray[np.uint64]:
        """For each value 64 bits over the hashes of document and target, the same in every file that asks the document.

        A document that occurs twice has two. Raises Unreadable where the prompts are not there.
        """
        return ids_of(self.ref, self.numbers)

    @property
    def clusters(self) -> NDArray[np.int64] | None:
        """Which values are about one passage, counted from 0; None where the task has none, or each has its own."""
        import numpy as np

        if not self.ref.passage:
            return None
        try:
            found = passages_of(self.ref, self.numbers)
        except Unreadable:
            return None
        _unique, places = np.unique(found, return_inverse=True)
        return places.astype(np.int64) if len(_unique) < len(found) else None


def document_values(ref: SampleRef, metric: str, filter: str) -> DocumentValues | None:
    """The values of ``metric`` after ``filter`` (``none`` or blank: no filter); None where the file holds none."""
    name = filter or "none"
    try:
        numbers, values, undefined = KEPT.get(
            ("values", ref.file, ref.sha256, metric, name),
            lambda: _values(ref, f"{METRIC}{metric}", name),
            lambda made: made[0].nbytes + made[1].nbytes,
        )
    except Unreadable:
        return None
    return DocumentValues(ref, numbers, values, undefined) if len(values) else None


def _values(ref: SampleRef, column: str, name: str) -> tuple[NDArray[np.int64], NDArray[np.float64], int]:
    import numpy as np
    import pyarrow.compute as pc

    table = read_table(ref.file, ("doc_id", "filter", column))
    table = table.filter(pc.and_(pc.equal(table["filter"], name), pc.is_valid(table[column])))
    numbers, values = table["doc_id"].to_numpy(), table[column].to_numpy()
    finite = np.isfinite(values)
    # One row for each document: were there more, the first would count.
    numbers, first = np.unique(numbers[finite], return_index=True)
    return numbers, values[finite][first], int((~finite).sum())
