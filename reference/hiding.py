"""What is hidden of a page before a model reads it. Answers are hidden far more often than other words, since most of
the other words are drawn at random and teach nothing (salient span masking)."""

from random import Random

from reference.reading import Span, TokenPage

ONLY_LAST = 0.2
FEW_ANSWERS, MOST_ANSWERS = 0.4, 0.9  # some pages keep answers to learn from, others teach as much as they can
OTHER_WORD = 0.04
MOST_GAPS = 13


def is_in(word: Span, span: Span) -> bool:
    """Whether a word lies within a span; a number is one answer of several words, one per digit."""
    return span[0] <= word[0] and word[1] <= span[1]


def hidden_words(page: TokenPage, rng: Random) -> list[Span]:
    """Whole words to hide, in order: often just those of the last answer, as in a task; never none."""
    last = [word for word in page.words if is_in(word, page.answers[-1])]
    if rng.random() < ONLY_LAST:
        return last
    starts = {at for answer in page.answers for at in range(*answer)}
    share = rng.choice((FEW_ANSWERS, MOST_ANSWERS))
    chosen = [word for word in page.words if rng.random() < (share if word[0] in starts else OTHER_WORD)]
    return chosen or last


def hidden_pieces(page: TokenPage, rng: Random) -> list[int]:
    """Positions that a masked model has to fill: of each hidden word the end, from a random piece on.

    Scoring a word of several pieces hides the piece in question and those after it, so this is how it is learnt.
    """
    return [at for start, end in hidden_words(page, rng) for at in range(rng.randrange(start, end), end)]


def gaps(page: TokenPage, rng: Random) -> list[Span]:
    """Spans that an encoder-decoder has to fill; hidden neighbours are one gap."""
    joined: list[Span] = []
    for start, end in hidden_words(page, rng):
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined[-MOST_GAPS:]
