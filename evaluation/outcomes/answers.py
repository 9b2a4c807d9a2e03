"""What one model answered to every document of a task: likelihoods of the choices, texts, metrics; as columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evaluation.outcomes.columns import read_table
from evaluation.outcomes.kept import KEPT
from evaluation.outcomes.refs import SampleRef
from evaluation.outcomes.values import METRIC

if TYPE_CHECKING:
    import numpy as np
    import pyarrow
    from numpy.typing import NDArray


NEEDED = ("doc_id", "doc_hash", "filter", "loglikelihoods", "generated", "filtered")


@dataclass(frozen=True)
class Answers:
    """Rows of one filter, by rising ``numbers`` of their documents.

    ``likelihoods`` holds those of all documents one after the other, ``starts`` where each begins, one more at the end;
    ``metrics`` are NaN where a document has none. ``texts``: what was generated, and what the filter left of it.
    """

    numbers: NDArray[np.int64]
    hashes: pyarrow.Array
    starts: NDArray[np.int64]
    likelihoods: NDArray[np.float64]
    metrics: Mapping[str, NDArray[np.float64]]
    texts: pyarrow.Table

    @property
    def generates(self) -> bool:
        """Whether the model wrote answers, instead of weighing choices."""
        return len(self.likelihoods) == 0

    @property
    def bytes(self) -> int:
        """What it takes in memory."""
        arrays = (self.numbers, self.starts, self.likelihoods, *self.metrics.values())
        return int(sum(one.nbytes for one in arrays) + self.hashes.nbytes + self.texts.nbytes)

    def row(self, place: int) -> dict[str, Any]:
        """One document: ``loglikelihoods``, and of what was written ``generated`` and ``filtered``."""
        held = self.texts.slice(place, 1).to_pylist()[0] if self.generates else {"generated": [], "filtered": ""}
        likely = self.likelihoods[self.starts[place] : self.starts[place + 1]].tolist()
        return {**held, "loglikelihoods": likely}


def answers(ref: SampleRef, filter: str) -> Answers | None:
    """The answers after ``filter``; None where the file holds none of it. Raises Unreadable."""
    key = ("answers", ref.file, ref.sha256, filter)
    found = KEPT.get(key, lambda: _answers(ref, filter), lambda made: made.bytes)
    return found if len(found.numbers) else None


def filters(ref: SampleRef) -> list[str]:
    """The names of the filters in a file, sorted. Raises Unreadable."""
    key = ("filters", ref.file, ref.sha256)
    return KEPT.get(key, lambda: sorted(set(_column(ref, "filter"))), lambda made: 100 * len(made))


def _column(ref: SampleRef, name: str) -> list[str]:
    found: list[str] = read_table(ref.file, (name,))[name].unique().to_pylist()
    return found


def _answers(ref: SampleRef, filter: str) -> Answers:
    import numpy as np
    import pyarrow.compute as pc

    table = read_table(ref.file, all_with=NEEDED)
    table = table.filter(pc.equal(table["filter"], filter)).combine_chunks()
    numbers, first = np.unique(table["doc_id"].to_numpy(), return_index=True)
    if not np.array_equal(first, np.arange(table.num_rows)):
        table = table.take(first).combine_chunks()
    likely = table["loglikelihoods"]
    starts = np.concatenate(([0], np.cumsum(pc.fill_null(pc.list_value_length(likely), 0).to_numpy()))).astype(np.int64)
    metrics = {name: table[name].to_numpy() for name in table.column_names if name.startswith(METRIC)}
    return Answers(
        numbers=numbers,
        hashes=_joined(table["doc_hash"]),
        starts=starts,
        likelihoods=pc.fill_null(pc.list_flatten(likely), np.nan).to_numpy().astype(float),
        metrics={name.removeprefix(METRIC): values for name, values in metrics.items()},
        texts=table.select(["generated", "filtered"]),
    )


def _joined(column: pyarrow.ChunkedArray) -> pyarrow.Array:
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
