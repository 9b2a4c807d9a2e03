"""Sorting hundreds of millions of (word, document) pairs in bounded memory: sorted runs on disk, merged at the end.

In a run each word has a number by order of appearance; when the run is full, its words are sorted and the pairs are
grouped by word. Merging reads the words of all runs side by side and groups a few million pairs at a time. Grouping is
a counting sort, done as the transposition of a sparse matrix of one row: five times as fast as a sort of the pairs.
"""

from __future__ import annotations

import heapq
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from modelcards.index.text.lexicon import Block

RUN_PAIRS = 16_000_000
RUN_WORDS = 1_500_000
# A block is larger than this by one word at most.
BLOCK_PAIRS = 6_000_000
BLOCK_WORDS = 200_000


class Spool:
    """Collects the words of documents and gives them back by word, in order."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        self._runs: list[_Run] = []
        self._clear()

    def add(self, document: int, words: Iterable[str]) -> None:
        """Note the distinct words of a document."""
        before = len(self._ranks)
        self._ranks.extend(map(self._vocabulary.__getitem__, words))
        self._documents.append(document)
        self._lengths.append(len(self._ranks) - before)
        if len(self._ranks) >= RUN_PAIRS or len(self._vocabulary) >= RUN_WORDS:
            self._write_run()

    def blocks(self) -> Iterator[Block]:
        """All words in order with their documents. The runs are removed afterwards."""
        self._write_run()
        try:
            yield from _merge(self._runs)
        finally:
            for run in self._runs:
                run.remove()

    def _clear(self) -> None:
        self._vocabulary: defaultdict[str, int] = defaultdict(count().__next__)
        self._ranks = array("I")
        self._documents = array("I")
        self._lengths = array("I")

    def _write_run(self) -> None:
        if not self._ranks:
            return self._clear()
        words = sorted(self._vocabulary)
        by_rank = np.fromiter(map(self._vocabulary.__getitem__, words), np.uint32, len(words))
        ranks = np.empty(len(words), np.int32)
        ranks[by_rank] = np.arange(len(words), dtype=np.int32)
        pairs = ranks[np.frombuffer(self._ranks, np.uint32)]
        documents = np.repeat(np.frombuffer(self._documents, np.uint32), np.frombuffer(self._lengths, np.uint32))
        self._clear()
        counts, documents = _grouped(pairs, documents, len(words))
        self._runs.append(_Run.write(self._folder / f"{self._name}.run{len(self._runs)}", words, counts, documents))
        return None


def _grouped(
    ranks: NDArray[np.int32], documents: NDArray[np.uint32], words: int
) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """How many documents each word has, and the documents word by word, for each in the order given."""
    row = csr_array((documents, ranks, np.array([0, len(ranks)], np.int32)), shape=(1, words))
    columns = row.tocsc()
    return np.diff(columns.indptr).astype(np.int64), columns.data


class _Run:
    """A sorted run on disk: its words a line each, how many documents each has, and these documents."""

    def __init__(self, path: Path, counts: NDArray[np.int64]) -> None:
        self.path, self.counts = path, counts

    @classmethod
    def write(cls, path: Path, words: list[str], counts: NDArray[np.int64], documents: NDArray[np.uint32]) -> _Run:
        path.with_suffix(path.suffix + ".words").write_text("\n".join(words), encoding="utf-8", newline="\n")
        documents.tofile(path)
        return cls(path, counts)

    def words(self) -> Iterator[str]:
        with self.path.with_suffix(self.path.suffix + ".words").open(encoding="utf-8", newline="\n") as lines:
            for line in lines:
                yield line.rstrip("\n")

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)
        self.path.with_suffix(self.path.suffix + ".words").unlink(missing_ok=True)


def _merge(runs: list[_Run]) -> Iterator[Block]:
    """Words of all runs in order, in blocks."""
    readers = [_Reader(run) for run in runs]
    terms: list[str] = []
    pairs = 0
    for word, number in heapq.merge(*(_numbered(run, number) for number, run in enumerate(runs))):
        if not terms or word != terms[-1]:
            if pairs >= BLOCK_PAIRS or len(terms) >= BLOCK_WORDS:
                yield _block(terms, readers)
                terms, pairs = [], 0
            terms.append(word)
        pairs += readers[number].note(len(terms) - 1)
    if terms:
        yield _block(terms, readers)


def _numbered(run: _Run, number: int) -> Iterator[tuple[str, int]]:
    return ((word, number) for word in run.words())


def _block(terms: list[str], readers: list[_Reader]) -> Block:
    ranks, documents = zip(*(reader.take() for reader in readers), strict=True)
    return Block(terms, *_grouped(np.concatenate(ranks), np.concatenate(documents), len(terms)))


class _Reader:
    """Reads a run's documents in step with the merging of its words."""

    def __init__(self, run: _Run) -> None:
        self._documents = np.memmap(run.path, dtype=np.uint32, mode="r")
        self._counts = run.counts
        self._ranks = array("i")
        self._word = self._first = self._at = 0

    def note(self, rank: int) -> int:
        """The run's next word has this rank in the block; gives how many documents it has."""
        self._ranks.append(rank)
        self._word += 1
        return int(self._counts[self._word - 1])

    def take(self) -> tuple[NDArray[np.int32], NDArray[np.uint32]]:
        """Ranks and documents of the words noted since the last time."""
        counts = self._counts[self._first : self._word]
        end = self._at + int(counts.sum())
        ranks, documents = np.repeat(np.frombuffer(self._ranks, np.int32), counts), self._documents[self._at : end]
        self._ranks, self._first, self._at = array("i"), self._word, end
        return ranks, documents
