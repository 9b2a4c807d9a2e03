"""What is indexed of a card."""

from __future__ import annotations

from dataclasses import dataclass

from modelcards.index.text.tokens import name_key, name_words, text_words

NAMES, NAME_WORDS, MAKER_WORDS, TEXT_WORDS = FIELDS = ("names", "name_words", "maker_words", "text_words")
# Fewest letters that are looked for as the beginning of a word. In a text one or two letters would say nothing.
SHORTEST_BEGINNING = {NAMES: 1, NAME_WORDS: 1, MAKER_WORDS: 1, TEXT_WORDS: 3}


@dataclass(frozen=True)
class TextRow:
    """One card: its number (0 to 2**32 - 1), name, slug, the names of its organisations, and its text."""

    pk: int
    name: str
    slug: str
    organisations: tuple[str, ...]
    text: str

    def words(self) -> dict[str, set[str]]:
        """The words of each field."""
        return {
            NAMES: {name_key(self.name), name_key(self.slug)} - {""},
            NAME_WORDS: name_words(self.name) | name_words(self.slug),
            MAKER_WORDS: set().union(*(name_words(name) for name in self.organisations)),
            TEXT_WORDS: text_words(self.text),
        }

    def check(self) -> None:
        """ValueError where the number does not fit into a bitmap."""
        if not 0 <= self.pk < 2**32:
            raise ValueError(f"card {self.pk}: the index holds numbers from 0 to {2**32 - 1}")
