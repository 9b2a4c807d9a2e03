"""Words that differ from a given one by a typo: letters missing, added, wrong or swapped.

The method is that of symmetric deletion (SymSpell, W. Garbe 2012): two words are within distance d only if deleting up
to d letters from each of them, within their first letters, can give the same rest. The rests of all words are kept as
sorted hashes; what they suggest is then checked with the true distance (optimal string alignment). A number in a word
has no typos.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from modelcards.index.text.lexicon import Lexicon
from modelcards.index.text.storage import Generation, TextIndexError
from modelcards.index.text.tokens import is_unspaced

HEAD = 7  # letters of a word in which deletions are tried
CHUNK = 50_000  # words whose rests are made at a time
SHORTEST = 3  # letters of a word that a typo may stand for


def _letters(word: str) -> int:
    return sum(letter.isalpha() for letter in word)


def distance_allowed(word: str) -> int:
    """Typos allowed in a word that a reader wrote: none under four letters, two from eight on."""
    if not word[:1].isalpha() or is_unspaced(word):
        return 0
    letters = _letters(word)
    return 0 if letters < 4 else 1 if letters < 8 else 2


def meant(asked: str, words: Iterable[str]) -> set[str]:
    """Those of ``words`` that ``asked`` may be a typo of."""
    allowed = distance_allowed(asked)
    if not allowed:
        return set()
    scorer: Any = OSA.distance  # the stubs of extract know only scorers that give a float
    near = process.extract(asked, words, scorer=scorer, score_cutoff=allowed, limit=None)
    number = _number(asked)
    return {word for word, distance, _ in near if distance and _number(word) == number and _letters(word) >= SHORTEST}


def _number(word: str) -> str:
    return "".join(letter for letter in word if not letter.isalpha())


@cache
def _kept(length: int, deletions: int) -> list[NDArray[np.int64]]:
    """Which letters of a head of this length are kept, one array for each number of deletions: a row a choice."""
    sizes = range(length, max(length - deletions, 1) - 1, -1)
    return [np.array(list(combinations(range(length), size)), np.int64) for size in sizes]


def _hashes(heads: NDArray[np.uint32], deletions: int) -> NDArray[np.uint32]:
    """Hashes (FNV-1a, by letter) of the rests of heads of equal length: a row of letters in, a row of hashes out."""
    found = []
    for kept in _kept(heads.shape[1], deletions):
        letters = heads[:, kept]
        hashed = np.full(letters.shape[:2], 2166136261, np.uint32)
        for place in range(letters.shape[2]):
            hashed = (hashed ^ letters[:, :, place]) * np.uint32(16777619)
        found.append(hashed)
    return np.concatenate(found, axis=1)


def _heads(words: list[str]) -> NDArray[np.uint32]:
    """The first letters of words whose heads are equally long, as code points."""
    heads = "".join(word[:HEAD] for word in words)
    return np.frombuffer(heads.encode("utf-32-le"), "<u4").reshape(len(words), -1)


def write_neighbours(folder: Path, name: str, words: Iterable[tuple[int, str]]) -> None:
    """Write the rests of these words; each comes with its place in the lexicon ``name``."""
    alike: dict[tuple[int, int], list[tuple[int, str]]] = {}
    for place, word in words:
        letters = _letters(word)
        if letters >= SHORTEST and word[0].isalpha() and not is_unspaced(word):
            alike.setdefault((min(len(word), HEAD), 2 if letters >= 6 else 1), []).append((place, word))
    pairs = [
        _pairs(some, deletions)
        for (_, deletions), every in alike.items()
        for some in (every[start : start + CHUNK] for start in range(0, len(every), CHUNK))
    ]
    ordered = np.concatenate(pairs) if pairs else np.zeros(0, np.uint64)
    pairs.clear()
    ordered.sort()
    with (folder / f"{name}.rests").open("wb") as rests, (folder / f"{name}.rest_terms").open("wb") as terms:
        for start in range(0, len(ordered), 1 << 20):
            some = ordered[start : start + (1 << 20)]
            rests.write((some >> np.uint64(32)).astype("<u4").tobytes())
            terms.write(some.astype("<u4").tobytes())


def _pairs(words: list[tuple[int, str]], deletions: int) -> NDArray[np.uint64]:
    """The hash of each rest with the word's place below it."""
    hashes = _hashes(_heads([word for _, word in words]), deletions).astype(np.uint64)
    places = np.array([[place] for place, _ in words], np.uint64)
    return ((hashes << np.uint64(32)) | places).ravel()


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
        hashes = np.unique(_hashes(_heads([word]), allowed))
        spans = zip(np.searchsorted(self._rests, hashes), np.searchsorted(self._rests, hashes, "right"), strict=True)
        places = {place for start, end in spans for place in self._terms[start:end].tolist()}
        return meant(word, [self._lexicon.term(place).decode() for place in places])
