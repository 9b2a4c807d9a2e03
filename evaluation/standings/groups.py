"""Scores of groups as plain rows, made of those of their parts as ``groupscores`` makes them.

No row of a cell is built for it: a board of thousands of models has a hundred thousand parts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from evaluation.core.groups import GroupScore, Part, PartScore, Rule, aggregate, read_rules
from evaluation.groups import GroupTree
from evaluation.groupscores import whole_groups
from evaluation.models import Score
from evaluation.querysets import CellQuerySet

Place = tuple[int, int, str]


class PartCell(NamedTuple):
    """A measured task of a group at one checkpoint, shots and settings."""

    pk: int
    card: int
    checkpoint: int
    task: str
    fixed_fewshot: int | None
    num_fewshot: int
    settings_key: str


class GroupRow(NamedTuple):
    """One metric of a group at one checkpoint."""

    group: str
    cells: tuple[PartCell, ...]
    num_fewshot: int
    score: GroupScore
    higher_is_better: bool | None


class Metric(NamedTuple):
    """One score of a part."""

    score: PartScore
    n: int
    higher_is_better: bool | None


Scores = Mapping[int, Mapping[tuple[str, str], Metric]]


def group_rows(cells: CellQuerySet, names: Collection[str] | None) -> Iterator[GroupRow]:
    """Every score of the groups among ``names`` (None: of all) that are measured whole among ``cells``."""
    ours = cells.filter(imported__isnull=True, checkpoint__card__archived_at__isnull=True, state="done")
    if names is None:
        names = whole_groups(set(ours.order_by().values_list("task__name", flat=True).distinct()))
    tree = GroupTree.of(names)
    groups = [group for group in tree.groups() if group.name in names]
    leaves = {group.name: tree.leaves(group.name) for group in groups}
    wanted = {leaf for found in leaves.values() for leaf in found}
    if not wanted:
        return
    newest = ours.newest().filter(task__name__in=wanted)
    places = _places(_parts(newest))
    whole = [
        (group, shots, [here[leaf] for leaf in leaves[group.name]])
        for group in groups
        for (_checkpoint, shots, _key), here in places.items()
        if leaves[group.name] and all(leaf in here for leaf in leaves[group.name])
    ]
    scores = _scores(newest) if whole else {}
    for group, shots, found in whole:
        yield from _rows(group.name, read_rules(group.aggregates), found, shots, scores)


def _parts(cells: CellQuerySet) -> Iterator[PartCell]:
    columns = ("pk", "checkpoint__card_id", "checkpoint_id", "task__name", "task__fixed_fewshot", "num_fewshot")
    return map(PartCell._make, cells.order_by("pk").values_list(*columns, "settings_key").iterator(chunk_size=5000))


def _places(cells: Iterator[PartCell]) -> dict[Place, dict[str, PartCell]]:
    """Parts by checkpoint, shots and settings; one whose task fixes its shots answers for every number of them."""
    free: dict[Place, dict[str, PartCell]] = defaultdict(dict)
    fixed: dict[tuple[int, str], dict[str, PartCell]] = defaultdict(dict)
    for cell in cells:
        if cell.fixed_fewshot is None:
            free[cell.checkpoint, cell.num_fewshot, cell.settings_key][cell.task] = cell
        else:
            fixed[cell.checkpoint, cell.settings_key][cell.task] = cell
    beside = {(checkpoint, key) for checkpoint, _shots, key in free}
    found = {place: here | fixed.get((place[0], place[2]), {}) for place, here in free.items()}
    alone = [(place, here) for place, here in fixed.items() if place not in beside]
    return found | {(one, next(iter(here.values())).num_fewshot, key): here for (one, key), here in alone}


def _scores(cells: CellQuerySet) -> Scores:
    columns = ("cell_id", "metric", "filter", "value", "stderr", "comparable_key", "n", "higher_is_better")
    rows = Score.objects.filter(cell__in=cells.order_by().values("pk")).order_by("pk").values_list(*columns)
    found: dict[int, dict[tuple[str, str], Metric]] = defaultdict(dict)
    for cell, metric, name, value, stderr, key, n, higher in rows.iterator(chunk_size=5000):
        found[cell][metric, name] = Metric(PartScore(value, stderr, key), n or 0, higher)
    return found


def _rows(
    group: str, rules: Sequence[Rule], cells: Sequence[PartCell], shots: int, scores: Scores
) -> Iterator[GroupRow]:
    told = [scores.get(cell.pk, {}) for cell in cells]
    # lm-eval weighs a part by the most documents that any of its metrics has.
    parts = [
        Part(cell.task, max((one.n for one in here.values()), default=0), {key: one.score for key, one in here.items()})
        for cell, here in zip(cells, told, strict=True)
    ]
    ways: dict[str, set[bool | None]] = defaultdict(set)
    for here in told:
        for (metric, _filter), one in here.items():
            ways[metric].add(one.higher_is_better)
    for score in aggregate(rules, parts):
        known = ways[score.metric]
        yield GroupRow(group, tuple(cells), shots, score, next(iter(known)) if len(known) == 1 else None)
