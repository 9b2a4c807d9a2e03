"""Scores of groups as rows beside those of tasks, for pages and the API that show both.

They are made at each read from the cells of their parts and never stored, so they can never be stale. Imported cells
make none: what a result file says of a group comes with the file.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Count, Max

from evaluation.groups import GroupCell, GroupTree, group_cells
from evaluation.models import Benchmark, Origin, Score, Task

if TYPE_CHECKING:
    from evaluation.core.groups import GroupScore
    from evaluation.querysets import CellQuerySet

Groups = tuple[Mapping[str, Sequence[str]], Sequence[str]]


def group_scores(cells: CellQuerySet, names: Collection[str] | None = None) -> list[Score]:
    """Every score of every group whose tasks are all measured among ``cells``; ``names``: of these groups alone.

    Each row has the cells that it is made of in ``parts``, one of them as ``cell``, for the settings that all share.
    """
    rows = [row for group in measured_groups(cells, names) for row in rows_of(group)]
    benchmarks = Benchmark.objects.filter(task_name__in={row.task_name for row in rows}).order_by("-pk") if rows else ()
    joined = {benchmark.task_name: benchmark for benchmark in benchmarks}
    for row in rows:
        row.benchmark = joined.get(row.task_name)
    return rows


def measured_groups(cells: CellQuerySet, names: Collection[str] | None = None) -> list[GroupCell]:
    """The groups among ``names`` as their measured parts among ``cells`` answer them, whole or not.

    Without ``names`` those that are whole somewhere.
    """
    ours = cells.filter(imported__isnull=True, checkpoint__card__archived_at__isnull=True)
    shown = ours.newest().order_by("pk")
    wanted = set(names) if names is not None else whole_groups(_tasks(shown))
    tree = GroupTree.of(wanted)
    parts = {leaf for group in tree.groups() for leaf in tree.leaves(group.name)}
    if not parts:
        return []
    related = shown.filter(task__name__in=parts).select_related("checkpoint__card", "task", "sample_set__prompts")
    found = group_cells(tree, related.prefetch_related("scores"))
    return [group for group in found if group.task.name in wanted]


def rows_of(group: GroupCell) -> list[Score]:
    """The scores of one group at one checkpoint; none while parts are missing."""
    return [_row(group, score) for score in group.scores]


def whole_groups(tasks: Collection[str]) -> set[str]:
    """Names of the groups that make scores and of whose tasks each is among ``tasks``."""
    if not tasks:
        return set()
    members, groups = _groups()
    known = dict.fromkeys(tasks, True)
    return {name for name in groups if _whole(name, members, known)}


def _groups() -> Groups:
    """The members of every group and tag, and which of them make scores.

    A site knows some 1,500 of them, and they change only when tasks are stored: they are read once for each such time.
    """
    rows = Task.objects.filter(kind__in=("group", "tag"))
    stored = rows.aggregate(newest=Max("seen_at"), last=Max("pk"), number=Count("pk"))
    if stored["newest"] is None:  # made by no sync: nothing tells when they change
        return _read_groups()
    return _kept_groups(connection.settings_dict["NAME"], *stored.values())


@lru_cache(maxsize=1)
def _kept_groups(*_version: object) -> Groups:
    return _read_groups()


def _read_groups() -> Groups:
    rows = list(Task.objects.exclude(kind="task").values_list("name", "members", "aggregates"))
    return {name: inside for name, inside, _rules in rows}, [name for name, _inside, rules in rows if rules]


def _whole(name: str, members: Mapping[str, Sequence[str]], known: dict[str, bool]) -> bool:
    """Whether all that is below ``name`` is known to be measured; a group that holds itself is not."""
    if name not in known:
        known[name] = False
        inside = members.get(name)
        known[name] = bool(inside) and all(_whole(one, members, known) for one in inside or ())
    return known[name]


def _tasks(cells: CellQuerySet) -> set[str]:
    return set(cells.order_by().values_list("task__name", flat=True).distinct())


def _row(group: GroupCell, score: GroupScore) -> Score:
    row = Score(
        pk=max(part.pk for part in group.parts),
        card=group.checkpoint.card,
        checkpoint=group.checkpoint,
        cell=group.parts[0],
        task_name=group.task.name,
        num_fewshot=group.num_fewshot,
        metric=score.metric,
        filter=score.filter,
        value=score.value,
        stderr=score.stderr,
        n=score.n,
        higher_is_better=_direction(group, score),
        origin=Origin.MEASURED,
        comparable_key=score.comparable_key,
    )
    row.parts = group.parts
    return row


def _direction(group: GroupCell, score: GroupScore) -> bool | None:
    """Whether higher is better, as its parts say it alike; None where they do not."""
    told = {one.higher_is_better for part in group.parts for one in part.scores.all() if one.metric == score.metric}
    return told.pop() if len(told) == 1 else None
