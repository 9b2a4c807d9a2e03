"""Words of names, organisations, texts and queries: one way of cutting for what is indexed and for what is asked.

A word is a run of letters (``llama``), a number with a unit of at most three letters (``7b``, ``3.5``, ``8bit``), or,
where a script is written without spaces (Chinese, Japanese, Korean, Thai), each pair of neighbouring letters and the
last letter: so a single letter is found as the beginning of a pair.
Letters followed by a number also give both joined (``llama2`` from "llama-2"), since people write either.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import filterfalse
from operator import add

LONGEST_QUERY = 256
MOST_WORDS = 12
# Beyond this many letters a run is cut: what is longer is no word, but a key or an encoded file.
LONGEST = 32

# Scripts without spaces between words: kana, Han with its extensions, Hangul, Thai, Lao, Burmese, Khmer.
_UNSPACED = (
    "\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\U00020000-\U000323af"
)
# Vowel signs of Indic scripts belong to their word, though Unicode does not count them as letters.
_SIGNS = "\u0900-\u0963\u0971-\u0dff"


def _pattern(letter: str, digit: str, joint: str, unspaced: str) -> re.Pattern[str]:
    number = rf"{digit}{{1,{LONGEST}}}(?:\.{digit}{{1,{LONGEST}}}){{0,3}}(?:{letter}{{1,3}}(?!{letter}))?"
    word = rf"{letter}{{1,{LONGEST}}}(?:{joint}{number})?"
    return re.compile("|".join([unspaced, word, number] if unspaced else [word, number]))


_LETTER = rf"(?:(?![{_UNSPACED}])(?:[^\W\d_]|[{_SIGNS}]))"
_RUN = rf"[{_UNSPACED}]+"
# Names and queries join over a blank, too ("Llama 2"); in texts that would give "in2023".
_ASCII_TEXT = _pattern("[a-z]", "[0-9]", "[-_]?", "")
# A text is split at what is in no word; most parts are plain words then, and only the others meet the pattern.
_SPLIT = "".join(chr(code).lower() if chr(code).isalnum() or chr(code) in "-_." else " " for code in range(128))
_STRANGE = re.compile(rf"[^\x00-\x7f\w{_SIGNS}{_UNSPACED}]+")
_WIDE_TEXT = _pattern(_LETTER, r"\d", "[-_]?", _RUN)
_NAME = _pattern(_LETTER, r"\d", "[-_ ]?", _RUN)
_PIECE = re.compile(
    rf"{_RUN}|\d{{1,{LONGEST}}}(?:\.\d{{1,{LONGEST}}}){{0,3}}(?:{_LETTER}{{1,3}}(?!{_LETTER}))?|{_LETTER}{{1,{LONGEST}}}"
)
_GLUED = _pattern(_LETTER, r"\d", "", _RUN)
_HUMPS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_CAMEL = re.compile(r"\b[A-Za-z]*[a-z][A-Z][A-Za-z]*")
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
# Accents of Latin, Greek and Cyrillic; vowel points of Hebrew and Arabic.
_ACCENTS = re.compile("[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]")
_IS_UNSPACED = re.compile(rf"[{_UNSPACED}]")


@lru_cache(maxsize=4096)
def _fold_run(run: str) -> str:
    plain = unicodedata.normalize("NFKC", run).casefold()
    return unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", plain)))


def fold(text: str) -> str:
    """``text`` in one spelling: compatibility forms replaced, lower case, accents off. Never raises."""
    if text.isascii():
        return text.lower()
    return _FOREIGN.sub(lambda found: _fold_run(found[0]), text).lower()


def is_unspaced(word: str) -> bool:
    """Whether a word is of a script without spaces, that is a letter or a pair of them."""
    return _IS_UNSPACED.match(word) is not None


def text_words(text: str) -> set[str]:
    """The distinct words of a text."""
    folded = text if text.isascii() else _STRANGE.sub(" ", fold(text))
    if not folded.isascii():
        return _spread(_WIDE_TEXT.findall(folded))
    parts = set(folded.translate(_SPLIT).split())
    mixed = list(filterfalse(str.isalpha, parts))
    if max(map(len, parts), default=0) > LONGEST:
        mixed = [part for part in parts if not part.isalpha() or len(part) > LONGEST]
    parts.difference_update(mixed)
    parts.update(_spread(_ASCII_TEXT.findall(" ".join(mixed))))
    return parts


def name_words(name: str) -> set[str]:
    """The distinct words of a name, with the halves of a name in one word: "CodeLlama" is found by "llama"."""
    return _spread(_NAME.findall(fold(name))) | _halves(name)


def name_key(name: str) -> str:
    """A name in the spelling in which whole names are compared: its pieces with one blank between."""
    return " ".join(_PIECE.findall(fold(name)))


@dataclass(frozen=True)
class Query:
    """What a reader asks: the whole as a name, and the words that all must be found."""

    key: str
    words: tuple[str, ...]

    @classmethod
    def parse(cls, query: str) -> Query:
        """Any string; the first 256 characters and 12 words of it count."""
        folded = fold(query[:LONGEST_QUERY])[:LONGEST_QUERY]
        words = (word for run in _GLUED.findall(folded) for word in _asked(run))
        return cls(name_key(folded), tuple(dict.fromkeys(words))[:MOST_WORDS])


def _asked(run: str) -> list[str]:
    """A run of letters of an unspaced script is asked for by its pairs; anything else as it stands."""
    if len(run) > 1 and is_unspaced(run):
        return list(pairs(run))
    return [run]


def pairs(run: str) -> Iterator[str]:
    """Neighbouring letters of a run."""
    return map(add, run, run[1:])


def _spread(found: Iterable[str]) -> set[str]:
    """The words that stand for these runs: the run itself, or its pairs, or its parts and their join."""
    words = set(found)
    for run in [word for word in words if not (word.isascii() and word.isalpha())]:
        if is_unspaced(run):
            words.discard(run)
            words.update(pairs(run))
            words.add(run[-1])
        elif not run[0].isdigit():
            words.discard(run)
            words.update(_joined(run))
    return words


def _joined(run: str) -> list[str]:
    """``llama-2`` gives ``llama``, ``2`` and ``llama2``; a run without a number only itself."""
    pieces: list[str] = _PIECE.findall(run)
    return [*pieces, "".join(pieces)] if len(pieces) == 2 else pieces


def _halves(name: str) -> set[str]:
    """The parts of names such as CodeLlama or WizardLM; none where a first part is under three letters (LLaMA)."""
    words: set[str] = set()
    for word in _CAMEL.findall(name[:LONGEST_QUERY]):
        parts = _HUMPS.findall(word)
        if len(parts) > 1 and all(len(part) > 2 for part in parts[:-1]) and len(parts[-1]) > 1:
            words.update(part.lower() for part in parts)
    return words
