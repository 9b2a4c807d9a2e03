"""One model against another, question by question. Pure: standings in, comparisons and ballots out.

Two scores are put side by side only if they answer the same question in the same metric. Of measured and imported ones
the comparable keys must be equal, and the difference is tested. Of published ones neither documents nor their number
are known: the printed values are compared as they are, those of one paper where there are any, else those of two,
which is said. Measured and published values never meet.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from evaluation.claims.query import COMPETITIVE, PAR, WITH_MARGIN, ClaimQuery
from evaluation.claims.roots import Catalog, roots
from evaluation.claims.verdict import majority
from evaluation.core.statistics import Difference
from evaluation.standings import Standing

ALIKE, ONE_SOURCE, TWO_SOURCES = "measured alike", "one source", "two sources"
HOWS = (ALIKE, ONE_SOURCE, TWO_SOURCES)
FRACTIONS = {"acc", "acc_norm", "exact_match", "f1", "pass@1"}
PAPER = re.compile(r"\b(?:arXiv:)?(\d{4}\.\d{4,5})\b")
ROUNDING = 1e-9

Test = Callable[[Standing, Standing], Difference | None]
Question = tuple[str, int, str, str]


@dataclass(frozen=True)
class Comparison:
    """One question. ``difference`` is positive where the first is better, whatever way the metric points.

    ``low`` and ``high``: its 95 % interval, None where nothing is known of it. ``vote``: 1 for the sentence, -1
    against it, 0 open.
    """

    first: Standing
    second: Standing
    how: str
    difference: float
    low: float | None
    high: float | None
    p: float | None
    vote: int


@dataclass(frozen=True)
class Ballot:
    """One benchmark's vote, with the questions that make it."""

    subject: str
    name: str
    vote: int
    rows: tuple[Comparison, ...]


@dataclass(frozen=True)
class Compared:
    """All of two models. ``barred``: questions that both answered, yet not alike enough to be compared."""

    ballots: tuple[Ballot, ...]
    barred: int


def compared(
    first: Sequence[Standing], second: Sequence[Standing], query: ClaimQuery, test: Test, catalog: Catalog
) -> Compared:
    """Every question that both answered, as votes for the sentence of ``query``."""
    mine, theirs = _by_question(first), _by_question(second)
    shared = sorted(mine.keys() & theirs.keys())
    found = {question: _best(mine[question], theirs[question], query, test) for question in shared}
    rows = [row for question in shared for row in found[question]]
    return Compared(ballots(rows, catalog), sum(not found[question] for question in shared))


def ballots(rows: Iterable[Comparison], catalog: Catalog) -> tuple[Ballot, ...]:
    """One vote for each benchmark: first each question decides, then most of its questions."""
    rows = list(rows)
    root = roots({row.first.subject for row in rows}, catalog)
    names = name_by_subject((row.first for row in rows), catalog)
    groups: dict[str, list[Comparison]] = defaultdict(list)
    for row in rows:
        groups[root[row.first.subject]].append(row)
    found = [
        Ballot(subject, names.get(subject, subject), _vote_of(mine), tuple(mine)) for subject, mine in groups.items()
    ]
    return tuple(sorted(found, key=lambda one: one.name.lower()))


def name_by_subject(rows: Iterable[Standing], catalog: Catalog) -> dict[str, str]:
    """Names of benchmarks on pages."""
    return {row.subject: row.subject_name for row in rows} | {slug: one.name for slug, one in catalog.items()}


def _vote_of(rows: Sequence[Comparison]) -> int:
    """Sources that disagree about a question leave it open."""
    questions: dict[Question, set[int]] = defaultdict(set)
    for row in rows:
        questions[_question(row.first)].add(row.vote)
    return majority(votes.pop() if len(votes) == 1 else 0 for votes in questions.values())


def _best(mine: Sequence[Standing], theirs: Sequence[Standing], query: ClaimQuery, test: Test) -> list[Comparison]:
    """The comparisons of one question that stand on the firmest ground."""
    pairs = [(how(one, other), one, other) for one in mine for other in theirs]
    best = next((word for word in HOWS if any(word == found for found, _one, _other in pairs)), None)
    return [_compare(one, other, found, query, test) for found, one, other in pairs if best and found == best]


def how(one: Standing, other: Standing) -> str | None:
    """On what ground two scores of one question may be put side by side; None: on none."""
    if one.higher_is_better is None or one.higher_is_better != other.higher_is_better:
        return None
    if "published" in (one.origin, other.origin):
        if one.origin != other.origin:
            return None
        return ONE_SOURCE if papers(one.source) & papers(other.source) else TWO_SOURCES
    return ALIKE if one.comparable_key and one.comparable_key == other.comparable_key else None


def papers(source: str) -> set[str]:
    """The papers that a source names, else the source itself: two tables of one paper are one source."""
    return set(PAPER.findall(source)) or {source}


def _compare(one: Standing, other: Standing, ground: str, query: ClaimQuery, test: Test) -> Comparison:
    sign = 1 if one.higher_is_better else -1
    tested = test(one, other) if ground == ALIKE else None
    difference = sign * (one.value - other.value)
    low, high = None, None
    if tested:
        low, high = sorted((sign * tested.interval.low, sign * tested.interval.high))
    known = ground != ALIKE or tested is not None
    ends = (difference, difference) if low is None or high is None else (low, high)
    counted = known and (query.kind not in WITH_MARGIN or one.metric.removeprefix("pseudo_") in FRACTIONS)
    vote = vote_of(*ends, query.kind, query.margin) if counted else 0
    return Comparison(one, other, ground, difference, low, high, tested.p if tested else None, vote)


def vote_of(low: float, high: float, kind: str, margin: float) -> int:
    """What a difference between ``low`` and ``high`` says: 1 for the sentence, -1 against it, 0 neither.

    Better: all of it above 0. Competitive (non-inferiority): all of it above ``-margin``. On a par (equivalence): all
    of it within ``±margin``. Against: all of it outside.
    """
    if kind == PAR:
        if low >= -margin - ROUNDING and high <= margin + ROUNDING:
            return 1
        return -1 if low > margin + ROUNDING or high < -margin - ROUNDING else 0
    edge = -margin - ROUNDING if kind == COMPETITIVE else 0.0
    return 1 if low > edge else -1 if high < edge else 0


def _by_question(rows: Iterable[Standing]) -> dict[Question, list[Standing]]:
    found: dict[Question, list[Standing]] = defaultdict(list)
    for row in rows:
        found[_question(row)].append(row)
    return found


def _question(row: Standing) -> Question:
    return row.subject, row.num_fewshot, row.metric, row.filter
