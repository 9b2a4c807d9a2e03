"""What changed between two texts, line by line, for people to read. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

CONTEXT = 3
# Comparing costs up to the square of the lines that differ: more than these are shown as taken out and put in.
MOST_COMPARED = 1_000
MOST_SHOWN = 400
LONGEST_LINE = 2_000


@dataclass(frozen=True)
class Line:
    """A line of the difference. ``kind``: ``same``, ``out``, ``in``, or ``gap`` (``count`` lines are left out).

    Where a line took another's place, ``marked`` is what differs in it, between ``text`` and ``rest``.
    """

    kind: str
    text: str = ""
    marked: str = ""
    rest: str = ""
    count: int = 0


@dataclass(frozen=True)
class TextDiff:
    """The difference of two texts: its lines, how many were taken out and put in, and whether some are not shown."""

    lines: list[Line]
    removed: int
    added: int
    cut: bool


def text_diff(before: str, after: str) -> TextDiff:
    """Compare two texts; unchanged stretches are left out but for some lines around each change."""
    old, new = before.splitlines(), after.splitlines()
    lines = list(_lines(old, new))
    removed, added = (sum(line.kind == kind for line in lines) for kind in ("out", "in"))
    return TextDiff(lines[:MOST_SHOWN], removed, added, len(lines) > MOST_SHOWN)


def _lines(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    for number, (kind, a, b) in enumerate(blocks := list(_blocks(old, new))):
        if kind == "same":
            yield from _context(a, first=number == 0, last=number == len(blocks) - 1)
        else:
            yield from _replaced(a, b)


def _replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    """Lines and those in their place; as many as before are taken to be the same lines, written otherwise."""
    a, b = [line[:LONGEST_LINE] for line in old], [line[:LONGEST_LINE] for line in new]
    if len(a) != len(b) or len(a) > MOST_SHOWN:
        yield from (Line("out", line) for line in a)
        yield from (Line("in", line) for line in b)
        return
    pairs = [_marked(one, other) for one, other in zip(a, b, strict=True)]
    yield from (pair[0] for pair in pairs)
    yield from (pair[1] for pair in pairs)


def _marked(old: str, new: str) -> tuple[Line, Line]:
    """Two lines with the words marked in which they differ, if at least a third of the shorter is common."""
    a, b = (re.findall(r"\s+|\w+|[^\w\s]", line) for line in (old, new))
    start = _common(a, b)
    end = _common(a[start:][::-1], b[start:][::-1])
    common = sum(map(len, a[:start])) + sum(map(len, a[len(a) - end :]))
    if 3 * common < min(len(old), len(new)):
        return Line("out", old), Line("in", new)
    return tuple(  # type: ignore[return-value]  # two
        Line(kind, "".join(parts[:start]), "".join(parts[start : len(parts) - end]), "".join(parts[len(parts) - end :]))
        for kind, parts in (("out", a), ("in", b))
    )


def _blocks(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
    """Stretches that are the same, and stretches in place of which others stand."""
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    a, b = old[start : len(old) - end], new[start : len(new) - end]
    if start:
        yield "same", old[:start], ()
    if max(len(a), len(b)) > MOST_COMPARED:
        yield "changed", a, b
    else:
        for tag, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
            yield ("same" if tag == "equal" else "changed"), a[i:j], b[k:m]
    if end:
        yield "same", old[len(old) - end :], ()


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many lines both begin with."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _context(lines: Sequence[str], *, first: bool, last: bool) -> Iterator[Line]:
    head, tail = (0 if first else CONTEXT), (0 if last else CONTEXT)
    if len(lines) <= head + tail + 1:
        yield from (Line("same", line[:LONGEST_LINE]) for line in lines)
        return
    yield from (Line("same", line[:LONGEST_LINE]) for line in lines[:head])
    yield Line("gap", count=len(lines) - head - tail)
    yield from (Line("same", line[:LONGEST_LINE]) for line in lines[len(lines) - tail :])
