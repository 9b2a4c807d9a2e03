"""What ``GET scores`` lists: the scores that are stored, and behind them those of groups, made at each read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Q

from evaluation.groupscores import group_scores
from evaluation.models import Benchmark, Cell, Origin, Score
from evaluation.querysets import ScoreQuerySet
from modelcards.querysets import Reader


@dataclass(frozen=True)
class Wish:
    """Which scores. ``models``: slugs; ``tasks``: names of tasks or groups, or benchmarks; empty: all of them."""

    models: Sequence[str] = ()
    tasks: Sequence[str] = ()
    num_fewshot: int | None = None
    origin: str | None = None


class Listed:
    """Stored scores and those of groups as one list that is read part by part."""

    def __init__(self, stored: ScoreQuerySet, groups: Sequence[Score]) -> None:
        self.stored = stored
        self.groups = groups
        self._stored_count = stored.count()

    def count(self) -> int:
        """How many there are in all."""
        return self._stored_count + len(self.groups)

    def __getitem__(self, part: slice) -> list[Score]:
        end = self._stored_count
        behind = slice(max(0, part.start - end), max(0, part.stop - end))
        return [*self.stored[part], *self.groups[behind]]


def listed(user: Reader, wish: Wish) -> Listed:
    """Published and imported ones, of the measured ones those of each cell's newest complete generation, and those of
    the groups that are measured whole, where the wish names a model or a task: all groups of a site would be read in
    vain by whoever walks over its scores."""
    return Listed(_stored(user, wish), _groups(user, wish) if wish.models or wish.tasks else [])


def _stored(user: Reader, wish: Wish) -> ScoreQuerySet:
    """In a stable order, with what a score's shape names."""
    rows = Score.objects.visible_to(user).filter(Q(cell__isnull=True) | Q(cell__in=Cell.objects.newest()))
    if wish.models:
        rows = rows.filter(card__slug__in=wish.models)
    if wish.tasks:
        rows = rows.filter(Q(task_name__in=wish.tasks) | Q(benchmark__slug__in=wish.tasks))
    if wish.num_fewshot is not None:
        rows = rows.filter(num_fewshot=wish.num_fewshot)
    if wish.origin:
        rows = rows.filter(origin=wish.origin)
    related = rows.select_related("card", "checkpoint", "benchmark", "cell")
    return related.order_by("card__slug", "task_name", "num_fewshot", "metric", "pk")


def _groups(user: Reader, wish: Wish) -> list[Score]:
    if wish.origin not in (None, Origin.MEASURED):
        return []
    cells = Cell.objects.visible_to(user)
    if wish.models:
        cells = cells.filter(checkpoint__card__slug__in=wish.models)
    found = group_scores(cells, _tasks(wish.tasks) if wish.tasks else None)
    kept = [row for row in found if wish.num_fewshot in (None, row.num_fewshot)]
    return sorted(kept, key=lambda row: (row.card.slug, row.task_name, row.num_fewshot, row.metric, row.filter, row.pk))


def _tasks(names: Collection[str]) -> set[str]:
    """The names themselves, and the tasks of those that are benchmarks."""
    return {*names, *Benchmark.objects.filter(slug__in=names).values_list("task_name", flat=True)}
