"""What a search should find, by looking at every card: the same words, no index."""

from modelcards.index.text.ranking import MOST_TYPOS, RARER, TIERS, WAYS
from modelcards.index.text.rows import MAKER_WORDS, NAME_WORDS, NAMES, SHORTEST_BEGINNING, TEXT_WORDS, TextRow
from modelcards.index.text.tokens import Query, is_unspaced
from modelcards.index.text.typos import meant


class Truth:
    """All cards as they are, and the words that texts had often when the index was built."""

    def __init__(self, rows: list[TextRow], least: int) -> None:
        self.cards = {row.pk: row.words() for row in rows}
        texts = [words[TEXT_WORDS] for words in self.cards.values()]
        every = set().union(*texts)
        self.frequent = {word for word in every if sum(word in text for text in texts) >= least}

    def replace(self, row: TextRow) -> None:
        self.cards[row.pk] = row.words()

    def remove(self, pk: int) -> None:
        self.cards.pop(pk, None)

    def tiers(self, query: str) -> list[set[int]]:
        """The cards of each tier."""
        asked = Query.parse(query)
        tiers: list[set[int]] = [set() for _ in TIERS]
        if not asked.words:
            return tiers
        by_word = [self._best_ways(word) for word in asked.words]
        for pk, words in self.cards.items():
            ways = [best.get(pk) for best in by_word]
            if asked.key in words[NAMES]:
                tiers[0].add(pk)
            elif any(name.startswith(asked.key) for name in words[NAMES]):
                tiers[1].add(pk)
            elif None not in ways:
                tiers[2 + max(ways)].add(pk)
        return tiers

    def _best_ways(self, word: str) -> dict[int, int]:
        found: dict[int, int] = {}
        for way, cards in enumerate(self._ways(word)):
            if way < len(WAYS) - 1 or not found:
                found = {**dict.fromkeys(cards, way), **found}
        return found

    def _ways(self, word: str) -> list[set[int]]:
        exact = [self._word(field, word) for field in (NAME_WORDS, MAKER_WORDS, TEXT_WORDS)]
        begins = [self._begins(field, word) for field in (NAME_WORDS, MAKER_WORDS, TEXT_WORDS)]
        typos = [self._typos(field, word) for field in (NAME_WORDS, MAKER_WORDS, TEXT_WORDS)]
        return [exact[0], begins[0], exact[1], begins[1], typos[0], typos[1], exact[2], begins[2], typos[2]]

    def _exact(self, field: str, word: str) -> set[int]:
        return {pk for pk, words in self.cards.items() if word in words[field]}

    def _word(self, field: str, word: str) -> set[int]:
        letter = len(word) == 1 and is_unspaced(word)
        return self._begins(field, word) if letter else self._exact(field, word)

    def _begins(self, field: str, word: str) -> set[int]:
        if len(word) < SHORTEST_BEGINNING[field] and not is_unspaced(word):
            return self._exact(field, word)
        return {pk for pk, words in self.cards.items() if any(each.startswith(word) for each in words[field])}

    def _typos(self, field: str, word: str) -> set[int]:
        every = set().union(*(words[field] for words in self.cards.values()))
        near = meant(word, every & self.frequent if field == TEXT_WORDS else every)
        cards = {each: self._exact(field, each) for each in near}
        many = [each for each in near if len(cards[each]) > RARER * len(self._begins(field, word))]
        best = sorted(many, key=lambda each: (-len(cards[each]), each))[:MOST_TYPOS]
        return set().union(*(cards[each] for each in best))
