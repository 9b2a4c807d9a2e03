"""Cards that changed since the index was built, in memory."""

from __future__ import annotations

from bisect import bisect_left, insort
from sys import intern

from pyroaring import BitMap

from modelcards.index.text.rows import FIELDS, TextRow
from modelcards.index.text.typos import meant


class OverlayWords:
    """The words of one field of the changed cards."""

    def __init__(self) -> None:
        self._documents: dict[str, BitMap] = {}
        self._sorted: list[str] = []

    def add(self, document: int, words: tuple[str, ...]) -> None:
        """Note the words of a card."""
        for word in words:
            if word not in self._documents:
                self._documents[word] = BitMap()
                insort(self._sorted, word)
            self._documents[word].add(document)

    def discard(self, document: int, words: tuple[str, ...]) -> None:
        """Forget the words of a card. The words stay in the list: they are few until the index is built again."""
        for word in words:
            self._documents[word].discard(document)

    def exact(self, word: str) -> BitMap:
        """Changed cards with this word."""
        return self._documents.get(word, BitMap())

    def begins(self, beginning: str) -> BitMap:
        """Changed cards with a word that begins so."""
        found = BitMap()
        for place in range(bisect_left(self._sorted, beginning), len(self._sorted)):
            if not self._sorted[place].startswith(beginning):
                break
            found |= self._documents[self._sorted[place]]
        return found

    def near(self, word: str) -> set[str]:
        """Words that ``word`` may be a typo of."""
        return meant(word, self._sorted)


class Overlay:
    """All changed cards, and all cards of the built index that no longer count."""

    def __init__(self) -> None:
        self.fields = {field: OverlayWords() for field in FIELDS}
        self.gone = BitMap()
        self._words: dict[int, dict[str, tuple[str, ...]]] = {}

    def __len__(self) -> int:
        return len(self.gone)  # a changed card is gone from the built index, too

    def replace(self, row: TextRow) -> None:
        """The card is as in ``row`` from now on."""
        # A tuple of shared words takes a tenth of what a set of its own words does.
        words = {field: tuple(map(intern, found)) for field, found in row.words().items()}
        self.remove(row.pk)
        self._words[row.pk] = words
        for field, found in words.items():
            self.fields[field].add(row.pk, found)

    def remove(self, pk: int) -> None:
        """The card no longer is."""
        self.gone.add(pk)
        for field, found in self._words.pop(pk, {}).items():
            self.fields[field].discard(pk, found)
