"""Which of several rows stands for a model: one checkpoint, one run of each question, and the metric that counts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from evaluation.models import Origin
from evaluation.standings.subjects import PREFERRED, PSEUDO, SubjectNames

if TYPE_CHECKING:
    from evaluation.standings.rows import Row


def of_one_checkpoint(rows: Iterable[Row], standing_for: Mapping[int, tuple[bool, int, int]]) -> list[Row]:
    """Of each card and origin the rows of one checkpoint: the one that stands for its model before the others."""
    found = list(rows)
    best: dict[tuple[int, str], int] = {}
    for row in found:
        here = row.card, row.origin
        if row.checkpoint in standing_for and row.checkpoint is not None:
            best[here] = max(best.get(here, row.checkpoint), row.checkpoint, key=standing_for.__getitem__)
    return [row for row in found if row.checkpoint in (None, best.get((row.card, row.origin)))]


def one_each(rows: Iterable[Row], every_checkpoint: bool = False) -> list[Row]:
    """One row for each question: of several the one that most others can be compared with, then the newest.

    Published values are one each for each source.
    """
    asked: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    keys: Counter[str] = Counter()
    for row in rows:
        source = row.source if row.origin == Origin.PUBLISHED else ""
        checkpoint = row.checkpoint if every_checkpoint else None
        asked[row.card, checkpoint, row.question, row.origin, source].append(row)
        keys[row.comparable_key] += 1
    return [one[0] if len(one) == 1 else max(one, key=lambda row: _weight(row, keys)) for one in asked.values()]


def _weight(row: Row, keys: Counter[str]) -> tuple[int, int, int]:
    return keys[row.comparable_key] if row.comparable_key else 0, row.cell or 0, row.pk


def of_main_metric(rows: Sequence[Row], subjects: SubjectNames) -> list[Row]:
    """The rows of the metric by which each subject is judged; a masked model's own form of it counts as that metric."""
    main = main_metrics(((row.subject, row.metric) for row in rows), subjects)
    return [row for row in rows if row.metric.removeprefix(PSEUDO) == main[row.subject]]


def main_metrics(told: Iterable[tuple[str, str]], subjects: SubjectNames) -> dict[str, str]:
    """The metric by which each subject is judged, from the subjects and metrics that there are.

    A subject that is no benchmark is judged by the first of ``PREFERRED`` that it has, else by the first by name.
    """
    metrics: dict[str, set[str]] = defaultdict(set)
    for subject, metric in told:
        metrics[subject].add(metric.removeprefix(PSEUDO))
    return {subject: _main(subject, found, subjects) for subject, found in metrics.items()}


def _main(subject: str, metrics: set[str], subjects: SubjectNames) -> str:
    benchmark = subjects.benchmark(subject)
    if benchmark:
        return benchmark.primary_metric
    return next((one for one in PREFERRED if one in metrics), min(metrics))
