"""Scores as plain rows: what is stored in one query, and what groups make of it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from django.db.models import Q
from django.db.models.fields.json import KeyTransform

from evaluation.groupscores import group_scores
from evaluation.models import Cell, Origin, Score
from evaluation.standings.subjects import SubjectNames
from evaluation.standings.wish import Wish
from modelcards.models import ModelCard
from modelcards.querysets import ModelCardQuerySet, Reader

COLUMNS = (
    *("pk", "card_id", "checkpoint_id", "cell_id", "cell__run_id", "num_fewshot", "metric", "filter", "value"),
    *("stderr", "n", "origin", "source", "confidence", "comparable_key", "higher_is_better"),
    *("benchmark__slug", "task_name", "asked"),
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
    whole = Q(cell__isnull=True) | Q(cell__in=Cell.objects.newest())
    scores = Score.objects.filter(whole, card__in=_cards(user, wish).order_by().values("pk"), origin__in=wish.origins)
    if wanted:
        scores = scores.filter(subjects.condition(wanted))
    if wish.shot_counts is not None:
        scores = scores.filter(num_fewshot__in=wish.shot_counts)
    told = scores.annotate(asked=KeyTransform("limit", "cell__settings")).order_by("pk")
    for *values, benchmark, task, limit in told.values_list(*COLUMNS).iterator(chunk_size=5000):
        tally["limited"] += limit is not None
        if limit is None:
            yield _row(values, subjects.called(benchmark or "", task))


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
    names = subjects.tasks(wanted) if wanted else None
    for score in group_scores(cells, names):
        limited = score.parts[0].settings.get("limit") is not None
        tally["limited"] += limited
        if not limited:
            yield _group_row(score, subjects)


def _group_row(score: Score, subjects: SubjectNames) -> Row:
    return Row(
        pk=score.pk,
        card=score.card_id,
        checkpoint=score.checkpoint_id,
        cell=None,
        run=None,
        num_fewshot=score.num_fewshot,
        metric=score.metric,
        filter="" if score.filter == "none" else score.filter,
        value=score.value,
        stderr=_finite(score.stderr),
        n=score.n,
        origin=score.origin,
        source="",
        confidence="",
        comparable_key=score.comparable_key,
        higher_is_better=score.higher_is_better,
        subject=subjects.of(score),
        parts=tuple(part.pk for part in score.parts),
    )


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
