"""One number for many tasks, and what it leaves out."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

Row = Sequence[float | None]
"""One task's values, one per model; None: not known."""


@dataclass(frozen=True)
class SharedAverage:
    """An average for each model over the rows that all of them have; the places of those rows, and of the others."""

    values: list[float | None]
    used: list[int]
    left_out: list[int]


@dataclass(frozen=True)
class Spread:
    """Scores of one task with several seeds: their mean, standard deviation (of a sample) and number."""

    mean: float
    sd: float
    n: int


def _known(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def mean_win_rate(rows: Sequence[Row], higher_is_better: Sequence[bool] | None = None) -> list[float | None]:
    """Of each model the share of others that it beats, averaged over the rows (Liang and others 2022, HELM).

    In each row a model meets those others that have a value; an equal one counts as half beaten. None for a model that
    meets nobody.
    """
    flags = higher_is_better if higher_is_better is not None else [True] * len(rows)
    rates: list[list[float]] = [[] for _ in (rows[0] if rows else ())]
    for row, up in zip(rows, flags, strict=True):
        known = {
            place: value if up else -value for place, value in enumerate(row) if value is not None and _known(value)
        }
        order = sorted(known.values())
        for place, value in known.items() if len(known) > 1 else ():
            below, upto = bisect_left(order, value), bisect_right(order, value)
            rates[place].append((below + 0.5 * (upto - below - 1)) / (len(known) - 1))
    return [math.fsum(each) / len(each) if each else None for each in rates]


def normalised(value: float | None, chance: float | None, best: float = 1.0) -> float | None:
    """``(value - chance) / (best - chance)``: 0 is a blind guess, 1 the best there is (Open LLM Leaderboard, 2024).

    Below a blind guess it is negative, not 0, so that averages of guesses come to 0. None where either is not known.
    """
    if value is None or chance is None or not _known(value) or not _known(chance) or best == chance:
        return None
    return (value - chance) / (best - chance)


def shared_average(rows: Sequence[Row], weights: Sequence[float] | None = None) -> SharedAverage:
    """The weighted mean of each model over the rows in which every model has a value; rows that weigh nothing are out.

    Values are None where no row is left. Averages over different rows would not be of the same thing.
    """
    shares = weights if weights is not None else [1.0] * len(rows)
    if len(shares) != len(rows):
        raise ValueError(f"{len(shares)} weights for {len(rows)} rows")
    used = [at for at, row in enumerate(rows) if shares[at] > 0 and all(map(_known, row))]
    left_out = [at for at in range(len(rows)) if at not in used and shares[at] > 0]
    models, total = len(rows[0]) if rows else 0, math.fsum(shares[at] for at in used)
    values = [
        math.fsum(shares[at] * (rows[at][model] or 0.0) for at in used) / total if used else None
        for model in range(models)
    ]
    return SharedAverage(values, used, left_out)


def spread(values: Sequence[float | None]) -> Spread | None:
    """Mean and standard deviation over few-shot seeds. None below two known values: one tells nothing of its spread."""
    known = [value for value in values if value is not None and _known(value)]
    if len(known) < 2:
        return None
    mean = math.fsum(known) / len(known)
    return Spread(mean, math.sqrt(math.fsum((one - mean) ** 2 for one in known) / (len(known) - 1)), len(known))
