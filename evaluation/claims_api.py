"""``GET claims``: sentences with their verdicts, and the evidence of one."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from evaluation.claims.listing import open_claims, query_of
from evaluation.claims.pairs import Comparison
from evaluation.claims.reading import Evidence, Judged
from evaluation.claims.trends import Trend
from evaluation.claims.verdict import Decision
from evaluation.claims.wording import rule
from evaluation.models import Claim
from modelcards.rest import Page, Paging, ProblemOut, missing, page_of

router = Router(tags=["claims"])
Verdict = Literal["supported", "contradicted", "mixed", "not enough data"]


class CountOut(Schema):
    """Votes of benchmarks against one ``other``, or along sizes (``other`` null). ``p``: two-sided sign test."""

    other: str | None
    benchmarks: int
    agree: int
    against: int
    open: int
    p: float | None
    interval: tuple[float, float] | None


class ClaimOut(Schema):
    """A sentence, the stored query and its verdict on the scores that the one who asks may see."""

    slug: str
    sentence: str
    source: str
    kind: str
    query: dict[str, Any]
    shipped: bool
    author: str | None
    verdict: Verdict
    counts: list[CountOut]


class PairOut(Schema):
    """One question of two models. ``difference`` is positive where the first is better; ``vote``: 1 for the sentence,
    -1 against it, 0 open; ``ground``: ``measured alike``, ``one source`` or ``two sources``."""

    first: str
    second: str
    benchmark: str
    num_fewshot: int
    metric: str
    filter: str
    origin: str
    ground: str
    first_value: float
    second_value: float
    difference: float
    interval: tuple[float, float] | None
    p: float | None
    first_source: str
    second_source: str
    comparable_key: str
    vote: int


class SizeOut(Schema):
    """One size: its score, or its gain by examples in the prompt."""

    model: str
    parameters: int
    value: float


class TrendOut(Schema):
    """One question along the sizes of a series. ``tau``: Kendall's, positive where larger is better."""

    series: str
    benchmark: str
    num_fewshot: int
    metric: str
    filter: str
    origin: str
    source: str
    sizes: list[SizeOut]
    tau: float
    vote: int


class ClaimDetailOut(ClaimOut):
    """With the rule in words and every row of evidence: ``pairs`` of models, or ``trends`` along sizes."""

    rule: list[str]
    pairs: list[PairOut]
    trends: list[TrendOut]


class ClaimFilters(Schema):
    """Which claims."""

    verdict: Verdict | None = Field(None, description="Only those with this verdict")


@router.get("claims", response={200: Page[ClaimOut], 422: ProblemOut}, summary="Claims with their verdicts")
def claims(request: HttpRequest, filters: Query[ClaimFilters], paging: Query[Paging]) -> dict[str, Any]:
    """The shipped ones first, then the newest."""
    found = open_claims(request.user)
    queries = [query_of(claim) for claim in found]
    evidence = Evidence(request.user, queries)
    judged = [(claim, evidence.judge(query)) for claim, query in zip(found, queries, strict=True)]
    kept = [claim_out(*pair) for pair in judged if filters.verdict in (None, pair[1].verdict)]
    return page_of(request, Kept(kept), paging)


@router.get("claims/{slug}", response={200: ClaimDetailOut, 404: ProblemOut}, summary="One claim with its evidence")
def claim(request: HttpRequest, slug: str) -> dict[str, Any]:
    """Rows in the order of the page."""
    found = next((one for one in open_claims(request.user) if one.slug == slug), None)
    if found is None:
        raise missing(_("No such claim, or not open to you."))
    query = query_of(found)
    judged = Evidence(request.user, [query]).judge(query)
    pairs = [row for one in judged.against for ballot in one.compared.ballots for row in ballot.rows]
    trends = [row for ballot in judged.trends for row in ballot.rows]
    detail = {"rule": rule(query), "pairs": list(map(pair_out, pairs)), "trends": list(map(trend_out, trends))}
    return {**claim_out(found, judged), **detail}


class Kept(list[dict[str, Any]]):
    """A list that counts itself as a query does."""

    def count(self) -> int:  # type: ignore[override]
        """How many there are."""
        return len(self)


def claim_out(claim: Claim, judged: Judged) -> dict[str, Any]:
    """A claim as data."""
    others = judged.query.others if judged.query.of_pairs else (None,)
    return {
        "slug": claim.slug,
        "sentence": _(claim.sentence) if claim.shipped else claim.sentence,
        "source": claim.source,
        "kind": claim.kind,
        "query": judged.query.stored(),
        "shipped": claim.shipped,
        "author": claim.author.get_username() if claim.author else None,
        "verdict": judged.verdict,
        "counts": [_count(one, other) for one, other in zip(judged.decisions, others, strict=False)],
    }


def _count(one: Decision, other: str | None) -> dict[str, Any]:
    interval = (one.interval.low, one.interval.high) if one.interval else None
    votes = {"benchmarks": one.n, "agree": one.agree, "against": one.against, "open": one.open}
    return {"other": other, **votes, "p": one.p, "interval": interval}


def pair_out(row: Comparison) -> dict[str, Any]:
    """One question of two models as data."""
    return {
        "first": row.first.card.slug,
        "second": row.second.card.slug,
        "benchmark": row.first.subject,
        "num_fewshot": row.first.num_fewshot,
        "metric": row.first.metric,
        "filter": row.first.filter,
        "origin": row.first.origin,
        "ground": row.how,
        "first_value": row.first.value,
        "second_value": row.second.value,
        "difference": row.difference,
        "interval": (row.low, row.high) if row.low is not None and row.high is not None else None,
        "p": row.p,
        "first_source": row.first.source,
        "second_source": row.second.source,
        "comparable_key": row.first.comparable_key,
        "vote": row.vote,
    }


def trend_out(row: Trend) -> dict[str, Any]:
    """One question along sizes as data."""
    one = row.standing
    return {
        "series": row.series,
        "benchmark": one.subject,
        "num_fewshot": one.num_fewshot,
        "metric": one.metric,
        "filter": one.filter,
        "origin": one.origin,
        "source": "; ".join(dict.fromkeys(p.standing.source for p in row.points if p.standing.source)),
        "sizes": [
            {"model": point.standing.card.slug, "parameters": point.parameters, "value": point.value}
            for point in row.points
        ],
        "tau": row.tau,
        "vote": row.vote,
    }
