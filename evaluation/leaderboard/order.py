"""In which order the lines go, and which places they have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evaluation.leaderboard.choice import BoardChoice
from evaluation.leaderboard.columns import ScoreColumn
from evaluation.leaderboard.lines import Line

FACT_OF = {
    "name": "name",
    "family": "architecture_family",
    "stage": "stage",
    "parameters": "parameters",
    "training_tokens": "training_tokens",
    "released": "release_date",
    "weights": "open_weights",
    "licence": "licence",
}


def best_is_high(by: int | str, columns: Sequence[ScoreColumn]) -> bool:
    """Whether the largest value is the best."""
    return columns[by].higher_is_better is not False if isinstance(by, int) else True


def order_of(choice: BoardChoice, columns: Sequence[ScoreColumn], counted: Sequence[int]) -> tuple[int | str, bool]:
    """What the order goes by, and whether the largest comes first. A word that names nothing counts for nothing."""
    word, down = choice.sort.removeprefix("-"), choice.sort.startswith("-")
    words = {column.word: at for at, column in enumerate(columns)}
    if word in words:
        return words[word], down
    if word in FACT_OF or (word in ("average", "win_rate") and counted):
        return word, down
    if len(counted) > 1:
        return "average", True
    return (0, columns[0].higher_is_better is not False) if columns else ("name", False)


def value_of(line: Line, by: int | str) -> float | None:
    """The score by which a line is in its place; None where it has none that may be ranked."""
    if isinstance(by, int):
        entry = line.entries.get(by)
        return entry.shown if entry and entry.alike else None
    # Rates over unequal tasks are not of the same thing, no more than averages are.
    return line.average if by == "average" else line.win_rate if by == "win_rate" and not line.lacks else None


def in_order(lines: Sequence[Line], by: int | str, down: bool) -> list[Line]:
    """Lines by a score or a fact, those without it last, equal ones by name."""
    named = sorted(lines, key=lambda line: line.card.name.lower())
    if by == "name":
        return named[::-1] if down else named
    told = [(_read(line, by), line) for line in named]
    known = [one for one in told if one[0] not in (None, "")]
    unknown = [line for value, line in told if value in (None, "")]
    return [line for _value, line in sorted(known, key=lambda one: one[0], reverse=down)] + unknown


def _read(line: Line, by: int | str) -> Any:
    return getattr(line.card, FACT_OF[by]) if isinstance(by, str) and by in FACT_OF else value_of(line, by)


def give_places(lines: Sequence[Line], by: int | str, best_is_high: bool) -> None:
    """Ranks from the best down; equal values share the better one."""
    last: float | None = None
    place = 0
    for number, line in enumerate(in_order(lines, by, best_is_high), 1):
        value = value_of(line, by)
        if value is None:
            return
        place, last = (place, last) if value == last else (number, value)
        line.place = place
