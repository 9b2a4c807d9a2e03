"""Published scores in and out of the catalog's files: the catalog knows no scores and asks here."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from evaluation.actions.catalog import direction
from evaluation.models import Benchmark, Origin, Score
from modelcards.querysets import Reader
from modelcards.registry import ScoreExchange, StatedScore, StatedScores

Key = tuple[int, str, int, str, str]


@dataclass
class Difference:
    """What a file would change: rows to make, to give another value, to remove; by card the lines of a report."""

    fresh: list[Score] = field(default_factory=list)
    altered: list[Score] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    lines: dict[int, list[tuple[str, str, str]]] = field(default_factory=lambda: defaultdict(list))


def exchange() -> ScoreExchange:
    """What the catalog's registry gets."""
    return ScoreExchange(read_scores, plan_scores, store_scores)


def read_scores(user: Reader, cards: Sequence[int]) -> dict[int, list[StatedScore]]:
    """The published scores of cards, in an order that depends on nothing but themselves."""
    found: dict[int, list[StatedScore]] = defaultdict(list)
    rows = Score.objects.visible_to(user).filter(card__in=list(cards), origin=Origin.PUBLISHED)
    for row in rows.select_related("benchmark"):
        found[row.card_id].append(
            StatedScore(_slug(row), row.num_fewshot, row.metric, row.value, row.source, row.confidence)
        )
    for scores in found.values():
        scores.sort(key=lambda one: (one.benchmark, one.num_fewshot, one.metric, one.source, one.value))
    return found


def plan_scores(stated: Mapping[int, StatedScores]) -> dict[int, list[tuple[str, str, str]]]:
    """By card the scores that a file would change: label, old value, new value (blank: none)."""
    return dict(_compare(stated).lines)


def store_scores(stated: Mapping[int, StatedScores]) -> None:
    """Make, renew and remove the published scores that an import states; within the import's transaction."""
    found = _compare(stated)
    Score.objects.filter(pk__in=found.gone).delete()
    Score.objects.bulk_update(found.altered, ["value", "confidence"], batch_size=500)
    Score.objects.bulk_create(found.fresh, batch_size=500)


def _compare(stated: Mapping[int, StatedScores]) -> Difference:
    """A score that another file or person states stays as it is; an import changes only what imports stated."""
    benchmarks, found = _Benchmarks(one for scores in stated.values() for one in scores.scores), Difference()
    present: dict[Key, Score] = {}
    rows = Score.objects.filter(card__in=list(stated), origin=Origin.PUBLISHED).select_related("benchmark")
    for row in rows:
        present[(row.card_id, _slug(row), row.num_fewshot, row.metric, row.source)] = row
    wanted: dict[Key, Score] = {}
    for card, scores in stated.items():
        for one in scores.scores:
            score = _score(card, one, benchmarks.find(one), scores.origin)
            wanted.setdefault((card, _slug(score), one.num_fewshot, one.metric, one.source), score)
    for key, score in wanted.items():
        _want(found, present.get(key), score)
    for key, row in present.items():
        if key not in wanted and row.catalog == stated[row.card_id].origin:
            found.gone.append(row.pk)
            found.lines[row.card_id].append((_label(row), str(row.value), ""))
    return found


def _want(found: Difference, row: Score | None, score: Score) -> None:
    if row is None:
        found.fresh.append(score)
        found.lines[score.card_id].append((_label(score), "", str(score.value)))
    elif row.catalog == score.catalog and (row.value, row.confidence) != (score.value, score.confidence):
        found.lines[score.card_id].append((_label(row), str(row.value), str(score.value)))
        row.value, row.confidence = score.value, score.confidence
        found.altered.append(row)


def _score(card: int, one: StatedScore, benchmark: Benchmark | None, origin: str) -> Score:
    return Score(
        card_id=card,
        benchmark=benchmark,
        task_name=benchmark.task_name if benchmark else one.benchmark[:200],
        num_fewshot=one.num_fewshot,
        metric=one.metric,
        value=one.value,
        higher_is_better=direction(one.metric),
        origin=Origin.PUBLISHED,
        source=one.source,
        confidence=one.confidence,
        catalog=origin,
    )


def _slug(score: Score) -> str:
    """What the benchmark is called in files: its wire key, or the name that the file gave where none is known."""
    return score.benchmark.slug if score.benchmark else score.task_name


def _label(score: Score) -> str:
    return f"{_slug(score)}, {score.metric}, {score.num_fewshot}-shot ({score.source})"


class _Benchmarks:
    """Finds the benchmark that a file means: by wire key, then by name or task; letters and digits alone count."""

    def __init__(self, scores: Iterable[StatedScore]) -> None:
        self.by_slug: dict[str, Benchmark] = {}
        self.by_name: dict[str, Benchmark] = {}
        if any(True for _one in scores):
            for benchmark in Benchmark.objects.order_by("-slug"):
                self.by_slug[benchmark.slug] = benchmark
                for name in (benchmark.task_name, benchmark.name, benchmark.slug):
                    self.by_name[_plain(name)] = benchmark
        self.by_name.pop("", None)

    def find(self, one: StatedScore) -> Benchmark | None:
        if one.benchmark in self.by_slug:
            return self.by_slug[one.benchmark]
        names = map(_plain, (one.benchmark, *one.names))
        return next((self.by_name[name] for name in names if name in self.by_name), None)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
