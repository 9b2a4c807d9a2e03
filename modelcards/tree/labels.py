"""Names short enough for a chip, in every script."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from modelcards.tree.nodes import text_width

WIDEST = 158.0
"""Units that a label may take: 24 usual Latin letters."""
_SIZE = re.compile(
    r"[\s\-–(]*\b(\d+(\.\d+)?\s?[bm]\d?|\d+[bm]-cont|small|base|medium|large|xl|xxl|xxlarge|xlarge|jumbo|big)\b\)?(?!\w)",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\s*\([^)]*\)")
_JOINER, _FIRST, _LAST = "\u200d", "\u2068", "\u2069"


@lru_cache(1 << 16)
def series_name(name: str) -> str:
    """A model's name without its size: ``LLaMA 7B`` is a ``LLaMA``."""
    bare = _ASIDE.sub("", name) if "(" in name else name
    return _SIZE.sub("", bare).strip(" -–") or bare or name


@lru_cache(1 << 14)
def label_of(name: str, members: int = 1) -> str:
    """What stands on the chip of a model, or of a series of so many."""
    bare = series_name(name) if members > 1 else _ASIDE.sub("", name).strip() or name
    return isolated(short(bare))


def short(text: str, widest: float = WIDEST) -> str:
    """As much of a text as fits, in units, with an ellipsis where it was cut: between letters as people see them."""
    line = " ".join(text.split())
    if text_width(line) <= widest:
        return line
    room, kept = widest - text_width("…"), ""
    for letter in letters(line):
        room -= text_width(letter)
        if room < 0:
            break
        kept += letter
    return kept.rstrip() + "…"


def letters(text: str) -> Iterator[str]:
    """A text letter by letter, each with its marks: an ``é`` of two characters, a family of emoji, a flag.

    A short form of the extended grapheme clusters of Unicode (UAX #29) that needs no table beyond Python's own.
    """
    cluster = ""
    for character in text:
        if cluster and not _joins(cluster, character):
            yield cluster
            cluster = ""
        cluster += character
    if cluster:
        yield cluster


def isolated(text: str) -> str:
    """A text whose direction must not disturb what stands beside it: one with letters that run to the left is kept
    apart by the isolates of the Unicode bidirectional algorithm (UAX #9)."""
    runs_left = any(unicodedata.bidirectional(letter) in ("R", "AL", "RLE", "RLO", "RLI") for letter in text)
    return f"{_FIRST}{text}{_LAST}" if runs_left else text


def plain_label(label: str) -> str:
    """A label without the marks of ``isolated``."""
    return label.replace(_FIRST, "").replace(_LAST, "")


def _joins(cluster: str, character: str) -> bool:
    """Whether a character belongs to the letter before it."""
    if unicodedata.category(character) in ("Mn", "Mc", "Me") or character == _JOINER or "🏻" <= character <= "🏿":
        return True
    if cluster[-1] == _JOINER:
        return True
    if _is_flag(character):
        return len(cluster) == 1 and _is_flag(cluster)
    # A vowel or an ending of a Korean syllable that is written in parts.
    return "\u1160" <= character <= "\u11ff" and "\u1100" <= cluster[-1] <= "\u11ff"


def _is_flag(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"
