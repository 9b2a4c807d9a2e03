"""Load benchmarks and published scores, any number of times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from django.db import transaction

from evaluation.models import Benchmark, Origin, Score
from evaluation.scoretables import BenchmarkRow, PublishedRow
from modelcards.actions import Loaded
from modelcards.addresses import card_ids

LOWER_IS_BETTER = {"perplexity", "word_perplexity", "byte_perplexity", "bits_per_byte"}
HIGHER_IS_BETTER = {"acc", "acc_norm", "exact_match", "f1", "pass@1"}
Key = tuple[int, int | None, int, str, str]


@transaction.atomic
def benchmarks_load(*, benchmarks: Sequence[BenchmarkRow]) -> Loaded:
    """Make or renew the benchmarks, each known by its slug."""
    present = Benchmark.objects.in_bulk([one.slug for one in benchmarks], field_name="slug")
    fresh, altered = [], []
    for one in benchmarks:
        columns = asdict(one)
        row = present.get(one.slug)
        if row is None:
            fresh.append(Benchmark(**columns))
        elif any(getattr(row, name) != value for name, value in columns.items()):
            for name, value in columns.items():
                setattr(row, name, value)
            altered.append(row)
    Benchmark.objects.bulk_create(fresh)
    Benchmark.objects.bulk_update(altered, [name for name in BenchmarkRow.__dataclass_fields__ if name != "slug"])
    return Loaded(len(fresh), len(altered), len(benchmarks) - len(fresh) - len(altered))


@transaction.atomic
def published_scores_load(*, scores: Sequence[PublishedRow], catalog: str) -> Loaded:
    """Make or renew the published scores of the file ``catalog``; what it no longer states is removed."""
    cards = card_ids({one.card for one in scores})
    benchmarks = Benchmark.objects.in_bulk(list({one.benchmark for one in scores}), field_name="slug")
    wanted = {_key(score): score for score in (_score(one, cards, benchmarks, catalog) for one in scores)}
    published = Score.objects.filter(origin=Origin.PUBLISHED)
    present = {_key(row): row for row in published.filter(card__in=cards.values()) | published.filter(catalog=catalog)}
    gone = [row.pk for key, row in present.items() if row.catalog == catalog and key not in wanted]
    altered = [row for key, row in present.items() if key in wanted and _alter(row, wanted[key])]
    fresh = [score for key, score in wanted.items() if key not in present]
    Score.objects.filter(pk__in=gone).delete()
    Score.objects.bulk_update(altered, ["value", "confidence", "task_name"], batch_size=500)
    Score.objects.bulk_create(fresh, batch_size=500)
    return Loaded(len(fresh), len(altered), len(scores) - len(fresh) - len(altered))


def _score(one: PublishedRow, cards: dict[str, int], benchmarks: dict[str, Benchmark], catalog: str) -> Score:
    benchmark = benchmarks[one.benchmark]
    return Score(
        card_id=cards[one.card],
        benchmark=benchmark,
        task_name=benchmark.task_name,
        num_fewshot=one.num_fewshot,
        metric=one.metric,
        value=one.value,
        higher_is_better=direction(one.metric),
        origin=Origin.PUBLISHED,
        source=one.source,
        confidence=one.confidence,
        catalog=catalog,
    )


def direction(metric: str) -> bool | None:
    """Whether more is better; None where the metric's name does not say."""
    return True if metric in HIGHER_IS_BETTER else False if metric in LOWER_IS_BETTER else None


def _key(score: Score) -> Key:
    return (score.card_id, score.benchmark_id, score.num_fewshot, score.metric, score.source)


def _alter(row: Score, wanted: Score) -> bool:
    """Give a stored score what the file now says; whether that changed anything."""
    names = ("value", "confidence", "task_name")
    different = [name for name in names if getattr(row, name) != getattr(wanted, name)]
    for name in different:
        setattr(row, name, getattr(wanted, name))
    return bool(different)
