"""Words that differ from a given one by a typo: letters missing, added, wrong or swapped.

The method is that of symmetric deletion (SymSpell, W. Garbe 2012): two words are within distance d only if deleting up
to d letters from each of them, within their first letters, can give the same rest. The rests of all words are kept as
sorted hashes; what they suggest is then checked with the true distance (optimal string alignment). A number in a word
has no typos.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from rapidfuzz.distance import OSA

from modelcards.index.text.lexicon import Lexicon
from modelcards.index.text.storage import Generation, TextIndexError
from modelcards.index.text.tokens import is_unspaced

HEAD = 7  # letters of a word in which deletions are tried
SHORTEST = 3  # letters of a word that a typo may stand for


def _letters(word: str) -> int:
    return sum(letter.isalpha() for letter in word)


def distance_allowed(word: str) -> int:
    """Typos allowed in a word that a reader wrote: none under four letters, two from eight on."""
    if not word[:1].isalpha() or is_unspaced(word):
        return 0
    letters = _letters(word)
    return 0 if letters < 4 else 1 if letters < 8 else 2


def is_typo(asked: str, word: str) -> bool:
    """Whether ``asked`` may be a typo of ``word``."""
    allowed = distance_allowed(asked)
    if not allowed or asked == word or _letters(word) < SHORTEST or _number(asked) != _number(word):
        return False
    return OSA.distance(asked, word, score_cutoff=allowed) <= allowed


def _number(word: str) -> str:
    return "".join(letter for letter in word if not letter.isalpha())


def _rests(word: str, deletions: int) -> set[str]:
    rests = {word[:HEAD]}
    newest = rests
    for _ in range(deletions):
        newest = {rest[:at] + rest[at + 1 :] for rest in newest for at in range(len(rest))}
        rests = rests | newest
    return rests


def _hashes(word: str, deletions: int) -> list[int]:
    return [zlib.crc32(rest.encode()) for rest in _rests(word, deletions)]


def write_neighbours(folder: Path, name: str, words: Iterable[tuple[int, str]]) -> None:
    """Write the rests of these words; each comes with its place in the lexicon ``name``."""
    pairs: list[np.ndarray[tuple[int], np.dtype[np.uint64]]] = []
    for place, word in words:
        letters = _letters(word)
        if letters >= SHORTEST and word[0].isalpha() and not is_unspaced(word):
            hashes = np.array(_hashes(word, 2 if letters >= 6 else 1), np.uint64)
            pairs.append((hashes << np.uint64(32)) | np.uint64(place))
    ordered = np.sort(np.concatenate(pairs)) if pairs else np.zeros(0, np.uint64)
    (ordered >> np.uint64(32)).astype("<u4").tofile(folder / f"{name}.rests")
    ordered.astype("<u4").tofile(folder / f"{name}.rest_terms")


class Neighbours:
    """Finds the words of a lexicon that a word may be a typo of."""

    def __init__(self, generation: Generation, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._rests = generation.array(f"{lexicon.name}.rests", "<u4")
        self._terms = generation.array(f"{lexicon.name}.rest_terms", "<u4")
        if len(self._rests) != len(self._terms):
            raise TextIndexError(f"the files of “{lexicon.name}” do not belong together")

    def near(self, word: str) -> set[str]:
        """Words within the distance allowed, the word itself left out."""
        allowed = distance_allowed(word)
        if not allowed:
            return set()
        hashes = np.array(_hashes(word, allowed), "<u4")
        spans = zip(np.searchsorted(self._rests, hashes), np.searchsorted(self._rests, hashes, "right"), strict=True)
        places = {place for start, end in spans for place in self._terms[start:end].tolist()}
        words = (self._lexicon.term(place).decode() for place in places)
        return {found for found in words if is_typo(word, found)}
