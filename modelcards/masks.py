"""Drawings of who sees whom: one square for each pair of positions. Pure."""

from __future__ import annotations

from dataclasses import dataclass

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
