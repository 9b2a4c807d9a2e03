"""The evidence along sizes, series by series. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from evaluation.claims.trends import TrendBallot


@dataclass(frozen=True)
class SeriesLine:
    """One series: how many of its benchmarks speak for the sentence, and all of them."""

    name: str
    agree: int
    against: int
    ballots: tuple[TrendBallot, ...]

    @property
    def n(self) -> int:
        """How many benchmarks there are."""
        return len(self.ballots)

    @property
    def open(self) -> int:
        """How many say neither."""
        return self.n - self.agree - self.against


def series_lines(ballots: Iterable[TrendBallot]) -> list[SeriesLine]:
    """In the order of their names."""
    found: dict[str, list[TrendBallot]] = defaultdict(list)
    for one in ballots:
        found[one.series].append(one)
    return [
        SeriesLine(name, sum(one.vote > 0 for one in mine), sum(one.vote < 0 for one in mine), tuple(mine))
        for name, mine in sorted(found.items(), key=lambda item: item[0].lower())
    ]
