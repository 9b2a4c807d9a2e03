"""One card of a file, not yet read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from modelcards.exchange.shapes import CardError, ReadCard
from modelcards.tables import RowError


@dataclass(frozen=True)
class Item:
    """Where a card lies, and how it is read (raises CardError)."""

    file: str
    read: Callable[[], ReadCard]


def refusal(file: str, reason: str, line: int = 1, column: str = "") -> Item:
    """A part of a file that cannot be a card, with the reason."""

    def read() -> ReadCard:
        raise CardError([RowError(file, line, column, reason)])

    return Item(file, read)


def is_card(name: str, beside_readme: bool) -> bool:
    """Whether a file is a card by its name: in a folder with a README.md that one alone, else every Markdown file."""
    lower = name.lower()
    if lower.startswith("."):
        return False
    return lower == "readme.md" if beside_readme else lower.endswith(".md")
