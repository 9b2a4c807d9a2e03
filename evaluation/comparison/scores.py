"""Scores of the compared models, gathered by task, shots, metric and filter."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from evaluation.comparison.contenders import Contender
from evaluation.core.statistics import Interval
from evaluation.core.statistics.implied import implied_documents
from evaluation.groups import LARGE
from evaluation.groupscores import group_scores
from evaluation.models import Benchmark, Cell, Origin, Score, Task
from evaluation.outcomes import SampleRef, sample_refs
from modelcards.querysets import Reader

ACCURACIES = {"acc", "acc_norm", "acc_bytes", "acc_mutual_info"}


@dataclass(frozen=True)
class RowKey:
    """What is asked in a row: a benchmark or task, shots, metric and filter."""

    subject: str
    num_fewshot: int
    metric: str
    filter: str

    @property
    def word(self) -> str:
        """The row in an address."""
        return ",".join((self.subject, str(self.num_fewshot), self.metric, self.filter))


@dataclass(frozen=True)
class Told:
    """A value that a source prints."""

    value: float
    source: str
    confidence: str


@dataclass(frozen=True)
class Measured:
    """A value of our own runs or of an imported result file, with all that tells whether it may be compared."""

    value: float
    stderr: float | None
    n: int | None
    metric: str
    filter: str
    origin: str
    comparable_key: str
    higher_is_better: bool
    cell: int | None = None
    run: int | None = None
    generation: int = 0
    settings: Mapping[str, Any] = field(default_factory=dict)
    made_with: Mapping[str, Any] = field(default_factory=dict)
    samples: tuple[SampleRef, ...] = ()
    """Where the outcomes lie, of a group those of each part; empty where one has none."""
    parts: tuple[str, ...] = ()
    """Of a group the tasks that its score is made of."""

    @property
    def limit(self) -> int | None:
        """How many documents were asked for, where not all."""
        limit = self.settings.get("limit", self.made_with.get("limit"))
        return limit if isinstance(limit, int) else None

    @cached_property
    def interval(self) -> Interval | None:
        """The 95 % interval, where one is known; over whole passages where several documents share one."""
        from evaluation.comparison.intervals import interval

        return interval(self)


@dataclass
class Entry:
    """What is known of one model in one row: several measurements (other settings, older ones) and printed values."""

    measured: list[Measured] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)

    def best(self, like: Measured | None = None) -> Measured | None:
        """The measurement to show: comparable with ``like`` if there is one, then unlimited, then the newest."""
        key = like.comparable_key if like else ""
        order = sorted(
            self.measured,
            key=lambda one: (one.comparable_key == key != "", not one.limit, one.generation, one.cell or 0),
        )
        return order[-1] if order else None

    @property
    def first_told(self) -> Told | None:
        """The printed value that is shown where nothing is measured."""
        return self.told[0] if self.told else None

    @property
    def keys(self) -> set[str]:
        """What it can be compared by, limited measurements aside."""
        return {one.comparable_key for one in self.measured if not one.limit and one.comparable_key}


Gathered = dict[RowKey, dict[int, Entry]]


class Subjects:
    """Benchmarks by slug and by the task of the same data. A task of two benchmarks stands for itself."""

    def __init__(self) -> None:
        self.by_slug = {one.slug: one for one in Benchmark.objects.all()}
        self.by_pk = {one.pk: one for one in self.by_slug.values()}
        tasks: dict[str, list[Benchmark]] = defaultdict(list)
        for one in self.by_slug.values():
            if one.task_name:
                tasks[one.task_name].append(one)
        self.by_task = {name: found[0] for name, found in tasks.items() if len(found) == 1}
        self.counted = dict(Task.objects.filter(chance__isnull=False).values_list("name", "chance"))

    def of(self, score: Score) -> str:
        """The subject of a score's row."""
        if score.benchmark_id:
            return self.by_pk[score.benchmark_id].slug
        found = self.by_task.get(score.task_name)
        return found.slug if found else score.task_name

    def benchmark(self, subject: str) -> Benchmark | None:
        """The benchmark of a row, where it is one."""
        return self.by_slug.get(subject)

    def name(self, subject: str) -> str:
        """How a row is called."""
        found = self.by_slug.get(subject)
        return found.name if found else subject

    def chance(self, key: RowKey) -> float | None:
        """What a blind guess scores in a row, where that is known."""
        return self.chance_of(key.subject, key.metric)

    def chance_of(self, subject: str, metric: str) -> float | None:
        """What a blind guess scores by a metric: as the choices of the task say, else as the catalog states it of the
        benchmark's primary metric, which holds for the other ways to count right choices."""
        found, plain = self.by_slug.get(subject), metric.removeprefix("pseudo_")
        counted = self.counted.get(self.task(subject))
        if counted is not None and plain in ACCURACIES:
            return counted
        if found is None or (plain != found.primary_metric and not {plain, found.primary_metric} <= ACCURACIES):
            return None
        return found.chance

    def task(self, subject: str) -> str:
        """lm-eval's task of a row; blank where it has none."""
        found = self.by_slug.get(subject)
        return found.task_name if found else subject

    def is_primary(self, key: RowKey) -> bool:
        """Whether a row holds the metric by which its benchmark is judged; all metrics of a plain task are."""
        found = self.by_slug.get(key.subject)
        return found is None or key.metric.removeprefix("pseudo_") == found.primary_metric


READ = (
    *("card_id", "checkpoint_id", "benchmark_id", "task_name", "num_fewshot", "metric", "filter"),
    *("value", "stderr", "n", "higher_is_better", "origin", "source", "confidence", "comparable_key"),
    *(f"cell__{name}" for name in ("generation", "settings", "made_with", "run_id")),
    *("cell__task__name", "cell__task__passage_field"),
    *(f"cell__sample_set__{name}" for name in ("file", "sha256", "removed_at")),
    *(f"cell__sample_set__prompts__{name}" for name in ("file", "sha256", "key")),
)
"""What is read of a score, its cell and its samples: a comparison of eight models reads a thousand of each."""


def gather(user: Reader, models: Sequence[Contender], subjects: Subjects) -> Gathered:
    """All scores of the models that ``user`` may read. Measured ones are those of the chosen checkpoint."""
    places: dict[int, list[Contender]] = defaultdict(list)
    for one in models:
        places[one.card.pk].append(one)
    rows = Score.objects.visible_to(user).of_present_weights().filter(card__in=list(places))
    found: Gathered = defaultdict(lambda: defaultdict(Entry))
    related = rows.select_related("cell__task", "cell__sample_set__prompts")
    stored = list(related.only(*READ).order_by("id"))
    for score in [*stored, *_groups(user, models, stored)]:
        if not math.isfinite(score.value):
            continue  # a database that keeps NaN may hold one of an import; no order and no mean can take it
        key = RowKey(
            subjects.of(score), score.num_fewshot, score.metric, "" if score.filter == "none" else score.filter
        )
        for one in places[score.card_id]:
            _enter(found[key][one.position], score, one)
    return {key: dict(entries) for key, entries in found.items() if entries}


def _groups(user: Reader, models: Sequence[Contender], stored: Sequence[Score]) -> list[Score]:
    """The groups that the chosen checkpoints answer whole."""
    checkpoints = {one.checkpoint.pk for one in models if one.checkpoint}
    if not any(score.origin == Origin.MEASURED and score.checkpoint_id in checkpoints for score in stored):
        return []
    return group_scores(Cell.objects.visible_to(user).filter(checkpoint__in=checkpoints))


def parts_of_large_groups(gathered: Gathered, subjects: Subjects) -> set[str]:
    """The subjects for which the score of a large group stands; benchmarks stand for themselves."""
    entries = [entry for of_row in gathered.values() for entry in of_row.values()]
    large = {one.parts for entry in entries for one in entry.measured if len(one.parts) >= LARGE}
    return {name for parts in large for name in parts} - subjects.by_task.keys()


def _enter(entry: Entry, score: Score, model: Contender) -> None:
    if score.origin == Origin.PUBLISHED:
        entry.told.append(Told(score.value, score.source, score.confidence))
    elif score.checkpoint_id is None or (model.checkpoint and score.checkpoint_id == model.checkpoint.pk):
        entry.measured.append(_measured(score))


def _measured(score: Score) -> Measured:
    cell = score.cell
    stderr = score.stderr if score.stderr is not None and math.isfinite(score.stderr) else None
    return Measured(
        value=score.value,
        stderr=stderr,
        n=score.n or implied_documents(score.value, stderr),
        metric=score.metric,
        filter=score.filter,
        origin=score.origin,
        comparable_key=score.comparable_key,
        higher_is_better=score.higher_is_better is not False,
        cell=cell.pk if cell and not score.parts else None,
        run=cell.run_id if cell and not score.parts else None,
        generation=cell.generation if cell else 0,
        settings=cell.settings if cell else {},
        made_with=cell.made_with if cell else {},
        samples=sample_refs(score.parts or ((cell,) if cell else ())),
        parts=tuple(part.task.name for part in score.parts),
    )


def shots_of(keys: Iterable[RowKey]) -> list[int]:
    """The shot counts for which there is anything, fewest first."""
    return sorted({key.num_fewshot for key in keys})
