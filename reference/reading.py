"""Reading the corpus as token ids: each page with the places of its answers and words, grouped into batches."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from random import Random

from tokenizers import Tokenizer

from reference.corpus import LINE_BREAK, Page, pages

PAGES_AT_ONCE = 2048
TOKENS_PER_BATCH = 2048

Span = tuple[int, int]


@dataclass(frozen=True)
class TokenPage:
    """A page as ids. A span is a half-open range of positions; `lines` are the spans between the line breaks."""

    ids: list[int]
    lines: list[Span]
    answers: list[Span]
    words: list[Span]


def opens_word(piece: str) -> bool:
    """Whether a piece is the first of a word: one with a space before it, a sign or a digit."""
    return piece.startswith("Ġ") or not piece.isalpha()


class Reader:
    """Turns pages into ids, remembering what it has seen: prompts and answers come again and again."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self.seen: dict[str, list[int]] = {}
        self.opens_word = {number for piece, number in tokenizer.get_vocab().items() if opens_word(piece)}

    def ids(self, text: str) -> list[int]:
        """The ids of a text, without special tokens."""
        if text not in self.seen:
            self.seen[text] = self.tokenizer.encode(text, add_special_tokens=False).ids
        return self.seen[text]

    def read(self, page: Page) -> TokenPage:
        """A page as ids; prompt and answer are cut apart at a space, which the tokenizer does as well."""
        ids: list[int] = []
        lines, answers = [], []
        for line in page.lines:
            if ids:
                ids += self.ids(LINE_BREAK)
            start = len(ids)
            ids = ids + self.ids(line.prompt)
            answer = len(ids)
            ids = ids + self.ids(" " + line.answer)
            lines.append((start, len(ids)))
            answers.append((answer, len(ids)))
        return TokenPage(ids, lines, answers, self.words(ids, lines))

    def words(self, ids: list[int], lines: list[Span]) -> list[Span]:
        """The words of each line: cut as the tokenizer cuts before it looks for pieces."""
        spans = []
        for start, end in lines:
            opens = [at for at in range(start, end) if at == start or ids[at] in self.opens_word]
            spans += list(zip(opens, [*opens[1:], end], strict=True))
        return spans


def batches(tokenizer: Tokenizer, seed: int, tokens: int) -> Iterator[list[TokenPage]]:
    """Batches of pages of like length until so many tokens are read.

    Every model reads the same pages in the same order; only what is hidden from it differs.
    """
    reader, corpus, rng = Reader(tokenizer), pages(seed), Random(seed + 1)
    left = tokens
    while left > 0:
        pool = sorted((reader.read(page) for page in islice(corpus, PAGES_AT_ONCE)), key=lambda page: len(page.ids))
        grouped = list(group(pool))
        rng.shuffle(grouped)
        for batch in grouped:
            if left <= 0:
                return
            left -= size(batch)
            yield batch


def group(pool: list[TokenPage]) -> Iterator[list[TokenPage]]:
    """Cut pages sorted by length into batches of about one size, padding counted."""
    batch: list[TokenPage] = []
    for page in pool:
        if batch and (len(batch) + 1) * len(page.ids) > TOKENS_PER_BATCH:
            yield batch
            batch = []
        batch.append(page)
    yield batch


def size(batch: list[TokenPage]) -> int:
    """The real tokens of a batch: neither padding nor special tokens count."""
    return sum(len(page.ids) for page in batch)
