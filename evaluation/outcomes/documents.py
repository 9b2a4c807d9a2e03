"""What the documents of a prompts file are, as numbers that are the same in every file that asks them."""

from __future__ import annotations

import json
from collections import Counter
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from evaluation.outcomes.columns import Unreadable, read_table
from evaluation.outcomes.kept import KEPT
from evaluation.outcomes.refs import SampleRef

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Column = tuple[NDArray[np.int64], NDArray[np.uint64]]
    """Numbers of documents, rising, and what each has."""


def ids_of(ref: SampleRef, numbers: NDArray[np.int64]) -> NDArray[np.uint64]:
    """64 bits over the hashes of document and target, for each of these documents of ``ref``. Raises Unreadable."""
    key = ("documents", ref.prompts_file, ref.prompts_sha256)
    return _at(KEPT.get(key, lambda: _documents(ref), _size), numbers, ref)


def passages_of(ref: SampleRef, numbers: NDArray[np.int64]) -> NDArray[np.uint64]:
    """64 bits of the passage that each of these documents is about. Raises Unreadable."""
    key = ("passages", ref.prompts_file, ref.prompts_sha256, ref.passage)
    return _at(KEPT.get(key, lambda: _passages(ref), _size), numbers, ref)


def _at(known: Column, wanted: NDArray[np.int64], ref: SampleRef) -> NDArray[np.uint64]:
    """What is known of the wanted numbers."""
    import numpy as np

    numbers, found = known
    places = np.searchsorted(numbers, wanted)
    if places.max(initial=-1) >= len(numbers) or not np.array_equal(numbers[places], wanted):
        raise Unreadable(f"{ref.prompts_file} lacks documents of {ref.file}")
    return found[places]


def _size(made: Column) -> int:
    return made[0].nbytes + made[1].nbytes


def _documents(ref: SampleRef) -> Column:
    import numpy as np

    table = read_table(ref.prompts_file, ("doc_id", "doc_hash", "target"))
    numbers = table["doc_id"].to_numpy()
    order = np.argsort(numbers, kind="stable")
    pairs = list(zip(table["doc_hash"].to_pylist(), table["target"].to_pylist(), strict=True))
    seen: Counter[tuple[str, str]] = Counter()
    ids = np.empty(len(pairs), dtype=np.uint64)
    for place, row in enumerate(order.tolist()):
        # A document that the task holds twice is told from its twin by its order.
        ids[place] = _bits("\0".join((*map(str, pairs[row]), str(seen[pairs[row]]))))
        seen[pairs[row]] += 1
    return numbers[order], ids


def _passages(ref: SampleRef) -> Column:
    import numpy as np

    table = read_table(ref.prompts_file, ("doc_id", "document"))
    numbers = table["doc_id"].to_numpy()
    found = [_passage(text, ref.passage, place) for place, text in enumerate(table["document"].to_pylist())]
    order = np.argsort(numbers, kind="stable")
    return numbers[order], np.array(found, dtype=np.uint64)[order]


def _passage(document: str, field: str, place: int) -> int:
    """A document without the field is a passage of its own."""
    value = _value(document, field)
    return _bits(f"{place}\0alone" if value is None else json.dumps(value, sort_keys=True))


def _value(document: str, field: str) -> Any:
    """What a document holds under a field; dots lead into objects."""
    try:
        value = json.loads(document)
    except ValueError:
        return None
    for name in field.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _bits(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "big")
