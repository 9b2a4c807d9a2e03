"""Beginnings of words that very many documents have: their unions are computed when the index is built."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pyroaring import BitMap

from modelcards.index.text.lexicon import Lexicon, LexiconWriter
from modelcards.index.text.storage import Generation
from modelcards.index.text.tokens import is_unspaced

DEAR = 16_000  # cost (see Lexicon.cost) from which a union is kept: about a millisecond
LONGEST = 16


def suffix(name: str) -> str:
    """The lexicon of kept unions beside that of the words."""
    return f"{name}_beginnings"


def write_beginnings(folder: Path, lexicon: Lexicon, *, shortest: int) -> None:
    """Write the unions of all beginnings of at least ``shortest`` letters that are dear to compute."""
    with LexiconWriter(folder, suffix(lexicon.name)) as writer:
        for beginning, first, end in _dear(lexicon, "", 0, len(lexicon)):
            if len(beginning) >= shortest or is_unspaced(beginning):
                writer.put(beginning, lexicon.union(first, end))


def _dear(lexicon: Lexicon, parent: str, first: int, end: int) -> Iterator[tuple[str, int, int]]:
    """Dear beginnings one letter longer than ``parent`` and, after each, those that go on from it: in order."""
    place = first
    while place < end:
        beginning = lexicon.term(place).decode()[: len(parent) + 1]
        if beginning == parent:
            place += 1
            continue
        _, stop = lexicon.span(beginning)
        if lexicon.cost(place, stop) > DEAR and stop - place > 1:
            yield beginning, place, stop
            if len(beginning) < LONGEST:
                yield from _dear(lexicon, beginning, place, stop)
        place = stop


class Words:
    """The words of one field: by whole word and by beginning."""

    def __init__(self, generation: Generation, name: str) -> None:
        self.lexicon = Lexicon(generation, name)
        self._beginnings = Lexicon(generation, suffix(name))

    def exact(self, word: str) -> BitMap:
        """Documents with this word."""
        return self.lexicon.documents(word)

    def begins(self, beginning: str) -> BitMap:
        """Documents with a word that begins so."""
        if self._beginnings.holds(beginning):
            return self._beginnings.documents(beginning)
        return self.lexicon.union(*self.lexicon.span(beginning))
