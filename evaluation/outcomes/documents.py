"""Which documents a prompts file holds: a number for each that is the same in every file that asks it."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from evaluation.outcomes.columns import read_columns
from evaluation.outcomes.kept import KEPT
from evaluation.outcomes.refs import SampleRef

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Documents:
    """``numbers``: each document's place in its task, rising; ``ids``: 64 bits over its hash and that of its target."""

    numbers: NDArray[np.int64]
    ids: NDArray[np.uint64]


def documents(ref: SampleRef) -> Documents:
    """The documents that ``ref`` was asked. Raises Unreadable."""
    key = ("documents", ref.prompts_file, ref.prompts_sha256)
    return KEPT.get(key, lambda: _documents(ref), lambda made: made.numbers.nbytes + made.ids.nbytes)


def passages(ref: SampleRef) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Numbers of the documents, rising, and 64 bits of the passage that each is about. Raises Unreadable."""
    key = ("passages", ref.prompts_file, ref.prompts_sha256, ref.passage)
    return KEPT.get(key, lambda: _passages(ref), lambda made: made[0].nbytes + made[1].nbytes)


def _documents(ref: SampleRef) -> Documents:
    import numpy as np

    table = read_columns(ref.prompts_file, ("doc_id", "doc_hash", "target"))
    numbers = table["doc_id"].to_numpy()
    order = np.argsort(numbers, kind="stable")
    pairs = list(zip(table["doc_hash"].to_pylist(), table["target"].to_pylist(), strict=True))
    seen: Counter[tuple[str, str]] = Counter()
    ids = np.empty(len(pairs), dtype=np.uint64)
    for place, row in enumerate(order.tolist()):
        # A document that the task holds twice is told from its twin by its order.
        ids[place] = _bits("\0".join((*map(str, pairs[row]), str(seen[pairs[row]]))))
        seen[pairs[row]] += 1
    return Documents(numbers[order], ids)


def _passages(ref: SampleRef) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    import numpy as np

    table = read_columns(ref.prompts_file, ("doc_id", "document"))
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
