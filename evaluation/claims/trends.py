"""Scores, or what examples in the prompt add to them, along the sizes of a series. Pure: standings in, trends out.

A trend joins models of one series (names that differ in the size alone) in one question, of one paper or one comparable
key. Its vote is the sign of Kendall's tau (1938) between size and value.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from evaluation.claims.pairs import name_by_subject, papers
from evaluation.claims.query import GAINS, ClaimQuery
from evaluation.claims.roots import Catalog, roots
from evaluation.claims.verdict import majority
from evaluation.standings import Standing
from modelcards.tree.select import series_name

SIZES = 3
"""Fewer sizes are no trend."""
TIE = 1e-9


@dataclass(frozen=True)
class Point:
    """One size: ``value`` is the score, or what ``shots`` examples add to ``plain``, the score without any."""

    standing: Standing
    parameters: int
    value: float
    plain: float | None = None


@dataclass(frozen=True)
class Trend:
    """One question of one series. ``tau`` in -1..1: positive where larger is better, whatever way the metric points."""

    series: str
    points: tuple[Point, ...]
    tau: float
    rising: int
    falling: int

    @property
    def vote(self) -> int:
        """1 for the sentence, -1 against it, 0 where as many pairs of sizes rise as fall."""
        return (self.tau > 0) - (self.tau < 0)

    @property
    def standing(self) -> Standing:
        """A score of it, for what all share."""
        return self.points[-1].standing


@dataclass(frozen=True)
class TrendBallot:
    """One benchmark's vote in one series, with the trends that make it."""

    series: str
    subject: str
    name: str
    vote: int
    rows: tuple[Trend, ...]


def trend_ballots(rows: Iterable[Standing], query: ClaimQuery, catalog: Catalog) -> tuple[TrendBallot, ...]:
    """One vote for each benchmark of each series."""
    found = [one for group in _groups(rows, query).values() for one in _trends(group, query)]
    root = roots({one.standing.subject for one in found}, catalog)
    names = name_by_subject((one.standing for one in found), catalog)
    mine: dict[tuple[str, str], list[Trend]] = defaultdict(list)
    for one in found:
        mine[one.series, root[one.standing.subject]].append(one)
    made = [
        TrendBallot(series, subject, names.get(subject, subject), majority(one.vote for one in trends), tuple(trends))
        for (series, subject), trends in mine.items()
    ]
    return tuple(sorted(made, key=lambda one: (one.series.lower(), one.name.lower())))


Group = tuple[str, str, str, str, str, str]


def _groups(rows: Iterable[Standing], query: ClaimQuery) -> Mapping[Group, list[Standing]]:
    """Standings of one series, subject, metric and filter from one place."""
    wanted = {name.lower() for name in query.series}
    found: dict[Group, list[Standing]] = defaultdict(list)
    for row in rows:
        name = series_name(row.card.name)
        if row.card.parameters and row.higher_is_better is not None and (not wanted or name.lower() in wanted):
            place = min(papers(row.source)) if row.origin == "published" else row.origin
            found[name, row.card.architecture_family, row.subject, row.metric, row.filter, place].append(row)
    return found


def _trends(rows: Sequence[Standing], query: ClaimQuery) -> list[Trend]:
    points = _gains(rows) if query.kind == GAINS else _values(rows)
    found = []
    for mine in points:
        sizes = {point.parameters: point for point in sorted(mine, key=lambda one: one.standing.card.slug)}
        if len(sizes) >= SIZES:
            found.append(_trend(sorted(sizes.values(), key=lambda one: one.parameters)))
    return found


def _values(rows: Sequence[Standing]) -> list[list[Point]]:
    """Scores at each number of shots; measured ones by comparable key."""
    found: dict[tuple[int, str], list[Point]] = defaultdict(list)
    for row in rows:
        assert row.card.parameters is not None
        found[row.num_fewshot, row.comparable_key].append(Point(row, row.card.parameters, row.value))
    return list(found.values())


def _gains(rows: Sequence[Standing]) -> list[list[Point]]:
    """What the largest number of shots that most sizes were asked with adds to no shots at all."""
    plain = {row.card.pk: row for row in rows if row.num_fewshot == 0}
    with_shots: dict[int, list[Standing]] = defaultdict(list)
    for row in rows:
        if row.num_fewshot and row.card.pk in plain:
            with_shots[row.num_fewshot].append(row)
    if not with_shots:
        return []
    most = max(with_shots, key=lambda shots: (len({row.card.pk for row in with_shots[shots]}), shots))
    points: dict[tuple[str, str], list[Point]] = defaultdict(list)
    for row in with_shots[most]:
        assert row.card.parameters is not None
        before = plain[row.card.pk]
        point = Point(row, row.card.parameters, row.value - before.value, before.value)
        points[before.comparable_key, row.comparable_key].append(point)
    return list(points.values())


def _trend(points: Sequence[Point]) -> Trend:
    rising, falling = concordance([point.value for point in points], bool(points[0].standing.higher_is_better))
    pairs = len(points) * (len(points) - 1) // 2
    return Trend(series_name(points[0].standing.card.name), tuple(points), (rising - falling) / pairs, rising, falling)


def concordance(values: Sequence[float], higher_is_better: bool = True) -> tuple[int, int]:
    """How many pairs of values, in the order of size, get better and how many get worse; equal ones are neither."""
    sign = 1 if higher_is_better else -1
    steps = [sign * (later - earlier) for earlier, later in combinations(values, 2)]
    return sum(step > TIE for step in steps), sum(step < -TIE for step in steps)
