"""Scores as plain rows: what is stored in one query, and what groups make of it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from evaluation.models import Cell, Origin, Score
from evaluation.standings.choose import main_metrics
from evaluation.standings.groups import GroupRow, group_rows
from evaluation.standings.subjects import MAIN, PSEUDO, SubjectNames
from evaluation.standings.wish import Wish
from modelcards.models import ModelCard
from modelcards.querysets import ModelCardQuerySet, Reader

COLUMNS = (
    *("pk", "card_id", "checkpoint_id", "cell_id", "cell__run_id", "num_fewshot", "metric", "filter", "value"),
    *("stderr", "n", "origin", "source", "confidence", "comparable_key", "higher_is_better"),
    *("benchmark_id", "task_name", "cell__settings_key"),
)


class Row(NamedTuple):
    """A score, with ids in place of rows. ``parts`` are the cells that a group's is made of."""

    pk: int
    card: int
    checkpoint: int | None
    cell: int | None
    run: int | None
    num_fewshot: int
    metric: str
    filter: str
    value: float
    stderr: float | None
    n: int | None
    origin: str
    source: str
    confidence: str
    comparable_key: str
    higher_is_better: bool | None
    subject: str
    parts: tuple[int, ...] = ()

    @property
    def question(self) -> tuple[str, int, str, str]:
        """What it answers."""
        return self.subject, self.num_fewshot, self.metric, self.filter


def rows(user: Reader, wish: Wish, subjects: SubjectNames, kept_out: Counter[str] | None = None) -> list[Row]:
    """All rows of a wish that ``user`` may read: finite, of newest generations and present weights, not limited.

    Of the two last ``kept_out`` counts those that would be rows else, as ``not finite`` and ``limited``.
    """
    wanted = subjects.named(wish.subjects)
    shots = wish.shot_counts
    tally: Counter[str] = Counter() if kept_out is None else kept_out
    found = [*_stored(user, wish, subjects, wanted, tally), *_groups(user, wish, subjects, wanted, tally)]
    asked = [
        row for row in found if (not wanted or row.subject in wanted) and (shots is None or row.num_fewshot in shots)
    ]
    kept = [row for row in asked if math.isfinite(row.value)]
    tally["not finite"] += len(asked) - len(kept)
    return kept


def _cards(user: Reader, wish: Wish) -> ModelCardQuerySet:
    if isinstance(wish.cards, ModelCardQuerySet):
        return wish.cards.visible_to(user)
    cards = ModelCard.objects.visible_to(user)
    return cards if wish.cards is None else cards.filter(slug__in=wish.cards)


def _stored(
    user: Reader, wish: Wish, subjects: SubjectNames, wanted: Collection[str], tally: Counter[str]
) -> Iterator[Row]:
    # Asked of each cell by its key: a list of all newest cells would be made first, whatever the wish.
    whole = Q(cell__isnull=True) | Exists(Cell.objects.newest().filter(pk=OuterRef("cell")))
    scores = Score.objects.filter(whole, card__in=_cards(user, wish).order_by().values("pk"), origin__in=wish.origins)
    if wanted:
        scores = scores.filter(subjects.condition(wanted))
    if wish.shot_counts is not None:
        scores = scores.filter(num_fewshot__in=wish.shot_counts)
    if wish.metric is not None and (wanted or wish.metric != MAIN):
        scores = scores.filter(metric__in=_metrics(scores, wish.metric, subjects))
    found = list(scores.order_by("pk").values_list(*COLUMNS))
    limited = _limited({told[-1]: told[3] for told in found if told[3]})
    for *values, benchmark, task, key in found:
        tally["limited"] += key in limited
        if key not in limited:
            yield _row(values, subjects.called_by(benchmark, task))


def _metrics(scores: QuerySet[Score], metric: str, subjects: SubjectNames) -> set[str]:
    """The metrics that may count, with their forms of masked models: others need not be read."""
    if metric != MAIN:
        return {metric}
    told = scores.order_by().values_list("benchmark_id", "task_name", "metric").distinct()
    named = [(subjects.called_by(benchmark, task), metric) for benchmark, task, metric in told]
    main = set(main_metrics(named, subjects).values())
    return {*main, *(f"{PSEUDO}{one}" for one in main)}


def _limited(cells: Mapping[str, int]) -> set[str]:
    """Which settings ask for some documents only, of settings by their key and a cell that has them.

    Cells by the thousand share a few settings: these are read, not those of each cell.
    """
    told = Cell.objects.in_bulk(cells.values())
    return {key for key, pk in cells.items() if pk in told and told[pk].settings.get("limit") is not None}


def _row(values: list[Any], subject: str) -> Row:
    values[7] = "" if values[7] == "none" else values[7]
    values[9] = _finite(values[9])
    return Row._make([*values, subject, ()])


def _groups(
    user: Reader, wish: Wish, subjects: SubjectNames, wanted: Collection[str], tally: Counter[str]
) -> Iterator[Row]:
    """Groups have no rows of their own; they are made of the measured cells of their parts."""
    if Origin.MEASURED not in wish.origins:
        return
    cells = Cell.objects.filter(checkpoint__card__in=_cards(user, wish).order_by().values("pk"))
    found = list(group_rows(cells, subjects.tasks(wanted) if wanted else None))
    limited = _limited({row.cells[0].settings_key: row.cells[0].pk for row in found})
    for row in found:
        tally["limited"] += row.cells[0].settings_key in limited
        if row.cells[0].settings_key not in limited:
            yield _group_row(row, subjects)


def _group_row(row: GroupRow, subjects: SubjectNames) -> Row:
    score = row.score
    return Row(
        pk=max(cell.pk for cell in row.cells),
        card=row.cells[0].card,
        checkpoint=row.cells[0].checkpoint,
        cell=None,
        run=None,
        num_fewshot=row.num_fewshot,
        metric=score.metric,
        filter="" if score.filter == "none" else score.filter,
        value=score.value,
        stderr=_finite(score.stderr),
        n=score.n,
        origin=Origin.MEASURED.value,
        source="",
        confidence="",
        comparable_key=score.comparable_key,
        higher_is_better=row.higher_is_better,
        subject=subjects.called("", row.group),
        parts=tuple(cell.pk for cell in row.cells),
    )


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
