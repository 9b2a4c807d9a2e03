"""Rows for claims: models with published scores on several benchmarks, and claims about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evaluation.claims.query import BETTER, ClaimQuery
from evaluation.models import Benchmark, Claim
from modelcards.models import ModelCard
from tests.factories import make_benchmark, make_published

NAMES = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta")


def make_values(card: ModelCard, values: Sequence[float], **fields: Any) -> None:
    """One published accuracy on each of as many benchmarks."""
    for name, value in zip(NAMES, values, strict=False):
        benchmark = Benchmark.objects.filter(slug=name).first() or make_benchmark(name)
        make_published(card, benchmark, value, **fields)


def make_claim(sentence: str = "Oak beats Elm.", query: ClaimQuery | None = None, **fields: Any) -> Claim:
    """A person's claim that oak is better than elm."""
    query = query or ClaimQuery(BETTER, "oak", ("elm",))
    values = {"slug": "oak-beats-elm", "kind": query.kind, "query": query.stored()}
    return Claim.objects.create(sentence=sentence, **{**values, **fields})
