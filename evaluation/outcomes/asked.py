"""What a task asked: texts of some documents, which choice is right in all of them, and where a word stands."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.files.storage import default_storage

from evaluation.core.chance import choices_of
from evaluation.outcomes.columns import Unreadable, read_table
from evaluation.outcomes.kept import KEPT
from evaluation.outcomes.refs import SampleRef

if TYPE_CHECKING:
    import numpy as np
    import pyarrow
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Asked:
    """Of every document of a prompts file, by rising ``numbers``: ``rows``, where it stands in the file; ``targets``,
    the place of the right choice, -1 where it is none of them; ``choices``, how many there are to choose from, which is
    fewer than what was scored where a task also scores each choice without its question.
    """

    numbers: NDArray[np.int64]
    rows: NDArray[np.int64]
    targets: NDArray[np.int64]
    choices: NDArray[np.int64]

    @property
    def bytes(self) -> int:
        """What it takes in memory."""
        return 4 * self.numbers.nbytes

    def places(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Where these documents stand here. Raises Unreadable where one is not here."""
        import numpy as np

        places = np.searchsorted(self.numbers, numbers)
        if places.max(initial=-1) >= len(self.numbers) or not np.array_equal(self.numbers[places], numbers):
            raise Unreadable("documents without a prompt")
        return places


def asked(ref: SampleRef) -> Asked:
    """The documents of a prompts file. Raises Unreadable."""
    key = ("asked", ref.prompts_file, ref.prompts_sha256)
    return KEPT.get(key, lambda: _asked(ref), lambda made: made.bytes)


def prompt_rows(ref: SampleRef, rows: Sequence[int]) -> list[dict[str, Any]]:
    """The rows of a prompts file that stand at ``rows``. Raises Unreadable.

    Only the row groups with one of them are read, and kept.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    found: dict[int, dict[str, Any]] = {}
    try:
        with default_storage.open(ref.prompts_file) as file:
            source = pq.ParquetFile(file)
            first = 0
            for group in range(source.num_row_groups):
                size = source.metadata.row_group(group).num_rows
                wanted = [row for row in rows if first <= row < first + size]
                if wanted:
                    table = _row_group(ref, source, group)
                    found |= {row: table.slice(row - first, 1).to_pylist()[0] for row in wanted}
                first += size
    except (OSError, ValueError, pa.ArrowException) as error:
        raise Unreadable(f"{ref.prompts_file}: {error}") from error
    return [found[row] for row in rows]


def holds(ref: SampleRef, words: str) -> NDArray[np.bool_]:
    """Whether each document of the file, by rising numbers, has ``words`` in it or its target, in any case of letters.

    Shots and instructions of the prompt are not searched. Raises Unreadable.
    """
    import pyarrow.compute as pc

    key = ("words", ref.prompts_file, ref.prompts_sha256)
    texts = KEPT.get(key, lambda: _texts(ref), lambda made: int(made.nbytes))
    # Documents are JSON: what it escapes is escaped in the words too.
    written = json.dumps(words, ensure_ascii=False)[1:-1].lower()
    found: NDArray[np.bool_] = pc.match_substring(texts, written).to_numpy(zero_copy_only=False)
    return found[asked(ref).rows]


def blind_level(file: str) -> float | None:
    """What a blind guess scores in a prompts file, as ``BlindGuess`` counts it row by row. Raises Unreadable."""
    import pyarrow.compute as pc

    table = read_table(file, ("target", "contexts", "continuations", "options")).combine_chunks()
    choices = _choices(table)
    written = pc.any(pc.not_equal(pc.fill_null(table["options"], ""), "")).as_py()
    several = pc.any(pc.starts_with(pc.fill_null(table["target"], ""), "[")).as_py()
    return None if written or several or choices.min(initial=2) < 2 or not len(choices) else float((1 / choices).mean())


def target_index(target: str, offered: Sequence[str]) -> int | None:
    """Which continuation the target is: by its text, or by its number."""
    texts = [text.strip() for text in offered]
    if target.strip() in texts:
        return texts.index(target.strip())
    number = _number(target.strip())
    return number if 0 <= number < len(offered) else None


def _asked(ref: SampleRef) -> Asked:
    import numpy as np

    table = read_table(ref.prompts_file, ("doc_id", "target", "contexts", "continuations")).combine_chunks()
    choices = _choices(table)
    numbers, rows = np.unique(table["doc_id"].to_numpy(), return_index=True)
    return Asked(numbers, rows, _targets(table, choices)[rows], choices[rows])


def _choices(table: pyarrow.Table) -> NDArray[np.int64]:
    """``choices_of`` of every row: only those with contexts of their own are looked at one by one."""
    import numpy as np
    import pyarrow.compute as pc

    sizes: NDArray[np.int32] = pc.fill_null(pc.list_value_length(table["continuations"]), 0).to_numpy()
    choices = sizes.astype(np.int64)
    own = np.flatnonzero(pc.fill_null(pc.list_value_length(table["contexts"]), 0).to_numpy())
    some = table.select(["contexts", "continuations"]).take(own)
    for row, contexts, continuations in zip(own, *(column.to_pylist() for column in some.columns), strict=True):
        choices[row] = choices_of(contexts, continuations or ())
    return choices


def _targets(table: pyarrow.Table, choices: NDArray[np.int64]) -> NDArray[np.int64]:
    """``target_index`` of every row, -1 for None: texts in one comparison of all, then the numbers that are left."""
    import numpy as np
    import pyarrow.compute as pc

    targets = np.full(table.num_rows, -1, dtype=np.int64)
    told = pc.utf8_trim_whitespace(pc.fill_null(table["target"], ""))
    row = pc.list_parent_indices(table["continuations"]).to_numpy()
    same = pc.equal(pc.utf8_trim_whitespace(pc.list_flatten(table["continuations"])), told.take(row)).to_numpy()
    place = np.arange(len(row)) - np.searchsorted(row, row)
    hits = np.flatnonzero(same & (place < choices[row]))[::-1]
    targets[row[hits]] = place[hits]  # the first of equal texts is written last
    for left in np.flatnonzero(targets < 0):
        number = _number(told[int(left)].as_py())
        targets[left] = number if 0 <= number < choices[left] else -1
    return targets


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _texts(ref: SampleRef) -> pyarrow.ChunkedArray:
    import pyarrow.compute as pc

    table = read_table(ref.prompts_file, ("document", "target"))
    return pc.utf8_lower(pc.binary_join_element_wise(table["document"], table["target"], "\n"))


def _row_group(ref: SampleRef, source: Any, group: int) -> pyarrow.Table:
    key = ("rows", ref.prompts_file, ref.prompts_sha256, group)
    return KEPT.get(key, lambda: source.read_row_group(group, use_threads=False), lambda made: int(made.nbytes))
