"""The generated corpus: a seeded stream of pages without end.

A page is a few lines of one kind, as shots stand in a prompt.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from reference.exercise import Exercise
from reference.exercises import KINDS

CORPUS_SEED = 20261123
LINE_BREAK = "\n\n"  # what lm-eval puts between shots

# How often a page has so many lines. Pages of one line teach what is asked without shots, pages of six what is asked
# with five, and the longest ones keep the later positions trained.
PAGE_LENGTHS = {1: 40, 2: 12, 3: 8, 4: 8, 6: 20, 8: 6, 11: 4, 16: 2}

# How often a page is of each kind. Kinds that need more reading to be learnt come more often.
KIND_SHARES = {"agreement": 13, "ordering": 10, "arithmetic": 17, "cloze": 16, "facts": 14, "rules": 24}


@dataclass(frozen=True)
class Page:
    """Some lines of one kind."""

    kind: str
    lines: tuple[Exercise, ...]

    @property
    def text(self) -> str:
        """The page as one string."""
        return LINE_BREAK.join(line.line for line in self.lines)


def draw_page(rng: Random) -> Page:
    """One page of random kind and length."""
    kind = rng.choices(KINDS, [KIND_SHARES[each.name] for each in KINDS])[0]
    lines = rng.choices(tuple(PAGE_LENGTHS), tuple(PAGE_LENGTHS.values()))[0]
    return Page(kind.name, tuple(kind.page(rng, lines)))


def pages(seed: int = CORPUS_SEED) -> Iterator[Page]:
    """The corpus, without end; how much of it is read is the reader's choice."""
    rng = Random(seed)
    while True:
        yield draw_page(rng)
