"""Drawings of who sees whom: one square for each pair of positions. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

WORDS = ("The", "tree", "grows", "and", "each", "word", "sees", "left")
PREFIX = 3
SOURCE = 4


GAP = 0.3


@dataclass(frozen=True)
class Square:
    """Who looks (row) at whom (column), in squares from the upper left; ``itself``: at its own position."""

    x: float
    y: float
    sees: bool
    itself: bool


def sees(attention: str, row: int, column: int) -> bool:
    """Whether a position sees another under an attention pattern (wire key)."""
    if attention == "bidirectional":
        return True
    if attention == "prefix":
        return column <= row or column < PREFIX
    if attention == "bidirectional-encoder-causal-decoder":
        return column < SOURCE if row < SOURCE else column <= row
    return column <= row


def place(attention: str, position: int) -> float:
    """Where a position's row or column starts, in squares: a decoder's stand apart from the encoder's."""
    return position + (GAP if attention == "bidirectional-encoder-causal-decoder" and position >= SOURCE else 0)


def mask(attention: str, size: float, positions: int = len(WORDS)) -> list[Square]:
    """All squares, row by row, each ``size`` wide."""
    starts = [round(place(attention, position) * size, 1) for position in range(positions)]
    return [
        Square(starts[column], starts[row], sees(attention, row, column), row == column)
        for row in range(positions)
        for column in range(positions)
    ]


def words(attention: str, size: float) -> list[tuple[str, float]]:
    """The example's words with the place of their row and column."""
    return [(word, round(place(attention, position) * size, 1)) for position, word in enumerate(WORDS)]


@lru_cache
def drawing(attention: str, size: float, colour: str) -> SafeString:
    """The inside of an SVG: three shapes for what is not seen, what is seen, and each position itself.

    Made once: it follows from the pattern alone. ``colour`` is a CSS property (``--f``); corners are round because the
    line around each square is.
    """
    squares = mask(attention, size)
    side, line = round(size * 0.78, 1), round(size * 0.14, 1)
    shapes = (
        ("--sunken", "1", [one for one in squares if not one.sees]),
        (colour, ".5", [one for one in squares if one.sees and not one.itself]),
        (colour, "1", [one for one in squares if one.sees and one.itself]),
    )
    parts = [
        format_html(
            '<path d="{}" fill="var({})" stroke="var({})" stroke-width="{}" stroke-linejoin="round" opacity="{}"/>',
            "".join(f"M{one.x + line:g} {one.y + line:g}h{side:g}v{side:g}h-{side:g}z" for one in found),
            name,
            name,
            line,
            opacity,
        )
        for name, opacity, found in shapes
        if found
    ]
    return mark_safe("".join(parts))  # our own shapes
