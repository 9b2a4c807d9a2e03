"""From stored queries to verdicts, with the scores that a reader may see: two sets of questions however many claims."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_

from django.db.models import Q

from evaluation.claims.pairs import Compared, compared
from evaluation.claims.query import ClaimQuery
from evaluation.claims.roots import Catalog, Known
from evaluation.claims.trends import TrendBallot, trend_ballots
from evaluation.claims.verdict import Decision, decide, together
from evaluation.comparison.pairs import differences
from evaluation.comparison.scores import Measured
from evaluation.core.statistics import Difference
from evaluation.leaderboard.kept import stamp
from evaluation.models import Benchmark
from evaluation.outcomes.kept import Kept
from evaluation.standings import MAIN, Standing, Wish, standings
from evaluation.standings.subjects import SubjectNames
from modelcards.addresses import renamed
from modelcards.models import ModelCard
from modelcards.querysets import ModelCardQuerySet, Reader

POINT_BYTES = 1500
# What was read of all sizes on the site, until the change log moves on: see ``evaluation.leaderboard.kept``.
KEPT = Kept(16 * 2**20)


@dataclass(frozen=True)
class Against:
    """The first model of a claim against one other. ``missing``: slugs of those that the reader has no card of."""

    first: ModelCard | None
    other: ModelCard | None
    missing: tuple[str, ...]
    compared: Compared
    decision: Decision


@dataclass(frozen=True)
class Judged:
    """A claim's verdict with its evidence: of pairs in ``against``, of sizes in ``trends`` and ``decision``."""

    query: ClaimQuery
    verdict: str
    against: tuple[Against, ...] = ()
    trends: tuple[TrendBallot, ...] = ()
    decision: Decision | None = None

    @property
    def decisions(self) -> list[Decision]:
        """The counts that make the verdict."""
        return [self.decision] if self.decision else [one.decision for one in self.against]


class Evidence:
    """The scores that ``user`` may read for all of ``queries``."""

    def __init__(self, user: Reader, queries: Sequence[ClaimQuery]) -> None:
        self._user, self._queries = user, queries

    def judge(self, query: ClaimQuery) -> Judged:
        """The verdict of one of the queries."""
        if query.of_pairs:
            against = tuple(self._against(query, other) for other in query.others)
            return Judged(query, together([one.decision.verdict for one in against]), against)
        key = ("claim", stamp(self._user, self._subjects), query)
        return KEPT.get(key, lambda: self._along_sizes(query), _size)

    def _along_sizes(self, query: ClaimQuery) -> Judged:
        trends = trend_ballots((row for row in self._all if self._counts(row, query)), query, self._catalog)
        decision = decide([one.vote for one in trends], query.kind, query.share)
        return Judged(query, decision.verdict, trends=trends, decision=decision)

    def _against(self, query: ClaimQuery, other: str) -> Against:
        first, second = self._cards.get(query.first), self._cards.get(other)
        missing = tuple(slug for slug, card in ((query.first, first), (other, second)) if card is None)
        found = compared(self._rows(first, query), self._rows(second, query), query, tested, self._catalog)
        decision = decide([one.vote for one in found.ballots], query.kind, query.share)
        return Against(first, second, missing, found, decision)

    def _rows(self, card: ModelCard | None, query: ClaimQuery) -> list[Standing]:
        return [row for row in self._named.get(card.pk, ()) if self._counts(row, query)] if card else []

    def _counts(self, row: Standing, query: ClaimQuery) -> bool:
        """Whether a score belongs to what is asked."""
        return (
            row.origin in query.origins
            and not self._is_suite(row)
            and (not query.shots or row.num_fewshot in query.shots)
            and (not query.subjects or row.subject in query.subjects)
            and (not query.language or query.language in self._languages.get(row.subject, ()))
            and (not query.sources or row.origin != "published" or any(word in row.source for word in query.sources))
        )

    def _is_suite(self, row: Standing) -> bool:
        """Whether it is a group of several benchmarks, each of which votes itself."""
        return row.parts > 0 and row.subject not in self._catalog

    @cached_property
    def _cards(self) -> Mapping[str, ModelCard]:
        """The cards that are named and that the reader may see, by the names of today and before."""
        slugs = {slug for query in self._queries for slug in query.named if slug.isprintable()}
        now = renamed(slugs)
        cards = ModelCard.objects.visible_to(self._user).filter(slug__in=slugs | set(now.values())).in_bulk()
        by_slug = {card.slug: card for card in cards.values()}
        return {slug: card for slug in slugs if (card := by_slug.get(slug) or by_slug.get(now.get(slug, "")))}

    @cached_property
    def _named(self) -> Mapping[int, list[Standing]]:
        found: dict[int, list[Standing]] = defaultdict(list)
        slugs = [card.slug for card in self._cards.values()]
        for row in standings(self._user, Wish(cards=slugs, metric=MAIN, samples=True), self._subjects) if slugs else ():
            found[row.card.pk].append(row)
        return found

    @cached_property
    def _all(self) -> list[Standing]:
        return standings(self._user, Wish(cards=self._of_series, metric=MAIN), self._subjects)

    @property
    def _of_series(self) -> ModelCardQuerySet | None:
        """The cards that may be of the series that are named; None where a claim is about all of them."""
        along = [query for query in self._queries if not query.of_pairs]
        if any(not query.series for query in along):
            return None
        names = {name for query in along for name in query.series}
        return ModelCard.objects.filter(reduce(or_, (Q(name__istartswith=name) for name in names)))

    @cached_property
    def _subjects(self) -> SubjectNames:
        return SubjectNames()

    @cached_property
    def _benchmarks(self) -> list[Benchmark]:
        return list(Benchmark.objects.all())

    @cached_property
    def _catalog(self) -> Catalog:
        return {one.slug: Known(one.name, one.citation) for one in self._benchmarks}

    @cached_property
    def _languages(self) -> Mapping[str, Sequence[str]]:
        return {one.slug: one.languages.replace(",", " ").replace(";", " ").split() for one in self._benchmarks}


def _size(judged: Judged) -> int:
    """About how many bytes a verdict along sizes takes."""
    return POINT_BYTES * sum(1 + len(row.points) for ballot in judged.trends for row in ballot.rows)


def tested(first: Standing, second: Standing) -> Difference | None:
    """The difference of two scores that were measured alike: on the documents both answered, where they are kept."""
    return differences([_measured(first), _measured(second)])[0][1]


def _measured(one: Standing) -> Measured:
    return Measured(
        value=one.value,
        stderr=one.stderr,
        n=one.n,
        metric=one.metric,
        filter=one.filter,
        origin=one.origin,
        comparable_key=one.comparable_key,
        higher_is_better=bool(one.higher_is_better),
        samples=one.samples,
    )
