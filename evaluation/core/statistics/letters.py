"""Which models cannot be told apart: letters behind their names."""

from __future__ import annotations

import string
from collections.abc import Sequence

LETTERS = string.ascii_lowercase + string.ascii_uppercase


def letters(order: Sequence[int], same: Sequence[Sequence[bool]]) -> list[str]:
    """Compact letter display (Piepho 2004, insert and absorb): two models share a letter unless a difference was shown.

    ``same[i][j]`` is True where none was shown between models ``i`` and ``j``; ``order`` names the models, best
    first, so that the best has an ``a``. The result has the places of ``same``: a word such as ``ab`` for each model
    of ``order``, an empty one for others. Letters beyond the fifty-second are numbers in brackets.
    """
    words = [""] * len(same)
    for place, group in enumerate(groups_of(order, same)):
        letter = LETTERS[place] if place < len(LETTERS) else f"({place + 1})"
        for model in group:
            words[model] += letter
    return words


def groups_of(order: Sequence[int], same: Sequence[Sequence[bool]]) -> list[list[int]]:
    """The largest groups of models of which no two were told apart; those with the best models first.

    A model may be in several groups: "cannot be told apart" does not pass on from one to the next.
    """
    rank = {model: place for place, model in enumerate(order)}
    columns = [frozenset(order)] if order else []
    for place, one in enumerate(order):
        for other in order[place + 1 :]:
            if not same[one][other]:
                columns = _split(columns, one, other)
    return sorted(
        (sorted(column, key=rank.__getitem__) for column in columns), key=lambda group: [rank[m] for m in group]
    )


def _split(columns: list[frozenset[int]], one: int, other: int) -> list[frozenset[int]]:
    """Every column that holds both becomes two, each without one of them, unless another column holds those already."""
    kept = [column for column in columns if not (one in column and other in column)]
    halves = [column - {gone} for column in columns if one in column and other in column for gone in (one, other)]
    halves.sort(key=len, reverse=True)
    for half in halves:
        if not any(half <= column for column in kept):
            kept.append(half)
    return kept
