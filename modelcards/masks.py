"""Drawings of who sees whom: one square for each pair of positions. Pure."""

from __future__ import annotations

from dataclasses import dataclass

WORDS = ("The", "tree", "grows", "and", "each", "word", "sees", "left")
PREFIX = 3
SOURCE = 4


@dataclass(frozen=True)
class Square:
    """Position ``row`` looks at position ``column``: itself, another that it sees, or one that it does not."""

    row: int
    column: int
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


def mask(attention: str, positions: int = len(WORDS)) -> list[Square]:
    """All squares, row by row."""
    return [
        Square(row, column, sees(attention, row, column), row == column)
        for row in range(positions)
        for column in range(positions)
    ]
