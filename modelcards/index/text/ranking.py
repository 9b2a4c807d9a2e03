"""From what a query's words match to tiers of cards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import and_

from pyroaring import BitMap

from modelcards.index.text.overlay import OverlayWords
from modelcards.index.text.prefixes import Words
from modelcards.index.text.rows import MAKER_WORDS, NAME_WORDS, NAMES, SHORTEST_BEGINNING, TEXT_WORDS
from modelcards.index.text.tokens import Query, is_unspaced
from modelcards.index.text.typos import Neighbours

# In which ways a word may match, best first; a card stands in the tier of its worst word.
WAYS = (
    "name_word",
    "name_beginning",
    "organisation_word",
    "organisation_beginning",
    "name_typo",
    "organisation_typo",
    "text_word",
    "text_beginning",
    "text_typo",
)
TIERS = ("whole_name", "begins_name", *WAYS)
# A typo is a good deal rarer than what it stands for; so "bert" does not bring BART where both are names.
RARER = 10
MOST_TYPOS = 16


@dataclass(frozen=True)
class Matches:
    """The cards that a query finds: disjoint sets in the order of TIERS, best first. Do not change them in place."""

    words: tuple[str, ...]
    tiers: list[BitMap]

    @cached_property
    def found(self) -> BitMap:
        """All cards of all tiers."""
        return BitMap.union(*self.tiers) if self.tiers else BitMap()

    def __len__(self) -> int:
        return len(self.found)


@dataclass(frozen=True)
class Field:
    """The words of one field as they are now: those of the built index, without changed cards, and those of these."""

    name: str
    built: Words
    neighbours: Neighbours | None
    changed: OverlayWords
    gone: BitMap

    def exact(self, word: str) -> BitMap:
        """Cards with this word."""
        return self._now(self.built.exact(word), self.changed.exact(word))

    def word(self, word: str) -> BitMap:
        """Cards with this word; with any pair that begins with it where it is a letter of an unspaced script."""
        return self.begins(word) if len(word) == 1 and is_unspaced(word) else self.exact(word)

    def begins(self, beginning: str) -> BitMap:
        """Cards with a word that begins so; where the beginning is too short to say much, with this word."""
        if len(beginning) < SHORTEST_BEGINNING[self.name] and not is_unspaced(beginning):
            return self.exact(beginning)
        return self._now(self.built.begins(beginning), self.changed.begins(beginning))

    def typos(self, word: str) -> BitMap:
        """Cards with a word that ``word`` may be a typo of: one that many more cards have."""
        if self.neighbours is None:
            return BitMap()
        # Of texts only frequent words of the built index can be meant; those of changed cards are not looked through.
        near = self.neighbours.near(word) | (set() if self.name == TEXT_WORDS else self.changed.near(word))
        least = RARER * len(self.begins(word)) + 1
        documents = ((found, self.exact(found)) for found in near)
        many = [(-len(cards), found, cards) for found, cards in documents if len(cards) >= least]
        return _union(cards for _, _, cards in sorted(many, key=lambda each: each[:2])[:MOST_TYPOS])

    def _now(self, built: BitMap, changed: BitMap) -> BitMap:
        if self.gone:
            built = built - self.gone
        return built | changed if changed else built


def rank(query: Query, fields: dict[str, Field]) -> Matches:
    """The tiers of a query. Without a word in it nothing is found."""
    if not query.words:
        return Matches((), [BitMap() for _ in TIERS])
    ways = [_by_way(word, fields) for word in query.words]
    reached = [fields[NAMES].exact(query.key), fields[NAMES].begins(query.key)]
    reached += [reduce(and_, (found[way] for found in ways)) for way in range(len(WAYS))]
    return Matches(query.words, _disjoint(reached))


def _by_way(word: str, fields: dict[str, Field]) -> list[BitMap]:
    """For each way: the cards that match the word in this way or a better one."""
    name, maker, text = fields[NAME_WORDS], fields[MAKER_WORDS], fields[TEXT_WORDS]
    searches = (
        name.word,
        name.begins,
        maker.word,
        maker.begins,
        name.typos,
        maker.typos,
        text.word,
        text.begins,
    )
    reached = [searches[0](word)]
    for search in searches[1:]:
        found = search(word)
        reached.append(reached[-1] | found if found else reached[-1])
    # A word that is nowhere as it stands may be a typo of one in the texts.
    reached.append(reached[-1] or text.typos(word))
    return reached


def _disjoint(reached: Iterable[BitMap]) -> list[BitMap]:
    tiers: list[BitMap] = []
    before = BitMap()
    for cards in reached:
        tiers.append(cards - before)
        before = before | cards
    return tiers


def _union(bitmaps: Iterable[BitMap]) -> BitMap:
    found = list(bitmaps)
    return BitMap.union(*found) if found else BitMap()
