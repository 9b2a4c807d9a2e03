"""Sorted words on disk, each with the set of documents that hold it.

Files of a lexicon ``x``: ``x.terms`` (the words in UTF-8, sorted, without separators) and ``x.term_starts``; for words
of few documents ``x.small`` (their numbers, one word after the other) and ``x.small_starts``; for the other words
``x.large_terms`` (which they are), ``x.large`` (roaring bitmaps) and ``x.large_starts``. The few documents of
neighbouring words lie together, so that all words with one beginning are read at one go.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from modelcards.index.text.storage import Generation, TextIndexError

SMALL = 24  # most documents of a word that is kept as plain numbers
# Measured: the union of a bitmap costs as much as that of some dozens of single numbers, and of 20 bytes as one.
COST_OF_BITMAP, BYTES_PER_COST = 30, 20


@dataclass(frozen=True)
class Block:
    """Some words in order, how many documents each has, and these documents, word by word."""

    terms: list[str]
    counts: NDArray[np.int64]
    documents: NDArray[np.uint32]


class LexiconWriter:
    """Writes a lexicon from words in ascending order. A context manager."""

    def __init__(self, folder: Path, name: str) -> None:
        names = ("terms", "term_starts", "small", "small_starts", "large", "large_terms", "large_starts")
        self._files: dict[str, BinaryIO] = {part: (folder / f"{name}.{part}").open("wb") for part in names}
        self._terms = 0
        self._ends = {"term": 0, "small": 0, "large": 0}
        for part in self._ends:
            self._write(f"{part}_starts", np.zeros(1, "<u8"))

    def __enter__(self) -> LexiconWriter:
        return self

    def __exit__(self, *error: object) -> None:
        for file in self._files.values():
            file.close()

    def __len__(self) -> int:
        return self._terms

    def add(self, block: Block) -> None:
        """Append the words of a block."""
        encoded = [term.encode() for term in block.terms]
        small = block.counts <= SMALL
        self._write("terms", b"".join(encoded))
        self._write_starts("term", np.fromiter(map(len, encoded), np.int64, len(encoded)))
        self._write("small", block.documents[np.repeat(small, block.counts)].astype("<u4"))
        self._write_starts("small", np.where(small, block.counts, 0))
        self._add_large(block, np.flatnonzero(~small))
        self._terms += len(encoded)

    def put(self, term: str, documents: BitMap) -> None:
        """Append one word whose documents are kept as a bitmap, however few."""
        encoded = term.encode()
        self._write("terms", encoded)
        self._write_starts("term", np.array([len(encoded)]))
        self._write_starts("small", np.zeros(1, np.int64))
        self._write("large_terms", np.array([self._terms], "<u4"))
        self._write_bitmaps([documents])
        self._terms += 1

    def _add_large(self, block: Block, large: NDArray[np.int64]) -> None:
        ends = np.cumsum(block.counts)
        self._write("large_terms", (large + self._terms).astype("<u4"))
        cuts = zip((ends - block.counts)[large].tolist(), ends[large].tolist(), strict=True)
        self._write_bitmaps(BitMap(block.documents[start:end]) for start, end in cuts)

    def _write_bitmaps(self, bitmaps: Any) -> None:
        lengths = []
        for bitmap in bitmaps:
            bitmap.run_optimize()
            lengths.append(self._files["large"].write(bitmap.serialize()))
        self._write_starts("large", np.array(lengths, np.int64))

    def _write_starts(self, part: str, lengths: NDArray[np.int64]) -> None:
        """Ends of the pieces just written, which are the starts of the next ones."""
        ends = self._ends[part] + np.cumsum(lengths)
        self._write(f"{part}_starts", ends.astype("<u8"))
        self._ends[part] = int(ends[-1]) if len(ends) else self._ends[part]

    def _write(self, part: str, data: bytes | NDArray[Any]) -> None:
        self._files[part].write(data if isinstance(data, bytes) else data.tobytes())


class Lexicon:
    """A written lexicon, mapped from disk."""

    def __init__(self, generation: Generation, name: str) -> None:
        self.name = name
        self._terms = generation.raw(f"{name}.terms")
        self._term_starts = generation.array(f"{name}.term_starts", "<u8")
        self._small = generation.array(f"{name}.small", "<u4")
        self._small_starts = generation.array(f"{name}.small_starts", "<u8")
        self._large = generation.raw(f"{name}.large")
        self._large_terms = generation.array(f"{name}.large_terms", "<u4")
        self._large_starts = generation.array(f"{name}.large_starts", "<u8")
        self._check()

    def _check(self) -> None:
        ends = [
            (self._term_starts, len(self._terms)),
            (self._small_starts, len(self._small)),
            (self._large_starts, len(self._large)),
        ]
        shapes = len(self._small_starts) == len(self._term_starts) and len(self._large_starts) == 1 + len(
            self._large_terms
        )
        if not shapes or any(not len(starts) or int(starts[-1]) != end for starts, end in ends):
            raise TextIndexError(f"the files of “{self.name}” do not belong together")

    def __len__(self) -> int:
        return len(self._term_starts) - 1

    def term(self, place: int) -> bytes:
        """The word at a place."""
        return self._terms[int(self._term_starts[place]) : int(self._term_starts[place + 1])]

    def __iter__(self) -> Iterator[str]:
        return (self.term(place).decode() for place in range(len(self)))

    def documents(self, word: str) -> BitMap:
        """The documents of one word, none where it is not in the lexicon."""
        key = word.encode()
        place = self._place(key)
        return self.union(place, place + 1) if place < len(self) and self.term(place) == key else BitMap()

    def holds(self, word: str) -> bool:
        """Whether the word is in the lexicon."""
        key = word.encode()
        place = self._place(key)
        return place < len(self) and self.term(place) == key

    def span(self, beginning: str) -> tuple[int, int]:
        """First place and end of the words with this beginning."""
        key = beginning.encode()
        return self._place(key), self._place(key + b"\xff")  # a byte above all of UTF-8

    def union(self, first: int, end: int) -> BitMap:
        """The documents of the words from ``first`` up to ``end``."""
        small = self._small[int(self._small_starts[first]) : int(self._small_starts[end])]
        bitmaps = [self._bitmap(place) for place in range(*self._large_span(first, end))]
        if len(small):
            bitmaps.append(BitMap(np.sort(small)))
        return bitmaps[0] if len(bitmaps) == 1 else BitMap.union(*bitmaps) if bitmaps else BitMap()

    def cost(self, first: int, end: int) -> int:
        """What a union costs, in documents put into a bitmap one by one (50 ns)."""
        low, high = self._large_span(first, end)
        single = int(self._small_starts[end] - self._small_starts[first])
        packed = int(self._large_starts[high] - self._large_starts[low])
        return single + COST_OF_BITMAP * (high - low) + packed // BYTES_PER_COST

    def _bitmap(self, place: int) -> BitMap:
        data = self._large[int(self._large_starts[place]) : int(self._large_starts[place + 1])]
        try:
            return BitMap.deserialize(data)
        except ValueError as error:
            raise TextIndexError(f"“{self.name}” is damaged: {error}") from error

    def _large_span(self, first: int, end: int) -> tuple[int, int]:
        low, high = np.searchsorted(self._large_terms, np.array([first, end], "<u4"))
        return int(low), int(high)

    def _place(self, key: bytes) -> int:
        """Place of the first word that is not below ``key``."""
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self.term(middle) < key:
                low = middle + 1
            else:
                high = middle
        return low
