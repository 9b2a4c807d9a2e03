"""Scores of groups of tasks, made of the cells of their parts. Nothing of it is stored: the parts are the truth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from evaluation.core.groups import GroupScore, Part, PartScore, aggregate, leaves, read_rules
from evaluation.models import Cell, CellState, Task
from modelcards.models import Checkpoint

Place = tuple[int, int, str]
LARGE = 12
"""Of a group with so many tasks only the group is shown among other scores."""


@dataclass(frozen=True)
class GroupCell:
    """A group as one checkpoint answers it at some shots and settings. ``scores`` are there once all parts are done.

    ``parts`` are the cells of its tasks, one for each task that has one; ``tasks`` is how many tasks it has.
    """

    task: Task
    checkpoint: Checkpoint
    num_fewshot: int
    seed: int
    tasks: int
    parts: tuple[Cell, ...]
    scores: tuple[GroupScore, ...] = ()

    @property
    def done(self) -> int:
        """How many of its tasks are measured."""
        return sum(cell.state == CellState.DONE for cell in self.parts)

    @property
    def whole(self) -> bool:
        """Whether every task of it is measured."""
        return self.done == self.tasks


@dataclass
class GroupTree:
    """The groups and tags below some names, loaded level by level, and the tasks that they hold."""

    tasks: dict[str, Task] = field(default_factory=dict)

    @classmethod
    def of(cls, names: Iterable[str]) -> GroupTree:
        """The named tasks with all that is below them."""
        tree, wanted = cls(), set(names)
        while wanted:
            found = list(Task.objects.filter(name__in=wanted))
            tree.tasks.update({task.name: task for task in found})
            wanted = {name for task in found for name in task.members if name not in tree.tasks}
        return tree

    def groups(self) -> list[Task]:
        """Those that make scores of their parts, in the order of names."""
        return [self.tasks[name] for name in sorted(self.tasks) if self.tasks[name].aggregates]

    def leaves(self, name: str) -> list[str]:
        """The tasks of a group as ``core.groups.leaves`` gives them."""
        return leaves(name, self._members)

    def _members(self, name: str) -> Sequence[str] | None:
        task = self.tasks.get(name)
        return None if task is None or task.kind == "task" else task.members


def group_cells(tree: GroupTree, cells: Iterable[Cell]) -> list[GroupCell]:
    """The groups of ``tree`` that make scores, at each checkpoint, shots and settings with a part among ``cells``.

    ``cells`` have their scores prefetched; of several generations of one the last that comes counts. A part that fixes
    its shots answers for every number of shots.
    """
    by_task: dict[str, list[Cell]] = {}
    for cell in cells:
        by_task.setdefault(cell.task.name, []).append(cell)
    found: list[GroupCell] = []
    for group in tree.groups():
        names = tree.leaves(group.name)
        here = [cell for name in dict.fromkeys(names) for cell in by_task.get(name, ())]
        found += [_group_cell(group, names, shots, of_place) for (_pk, shots, _key), of_place in _places(here).items()]
    return found


def _places(cells: Iterable[Cell]) -> dict[Place, dict[str, Cell]]:
    """Cells by checkpoint, shots and settings, and there by task."""
    free: dict[Place, dict[str, Cell]] = {}
    fixed: dict[tuple[int, str], dict[str, Cell]] = {}
    for cell in cells:
        if cell.task.fixed_fewshot is None:
            free.setdefault((cell.checkpoint_id, cell.num_fewshot, cell.settings_key), {})[cell.task.name] = cell
        else:
            fixed.setdefault((cell.checkpoint_id, cell.settings_key), {})[cell.task.name] = cell
    found = {place: here | fixed.get((place[0], place[2]), {}) for place, here in free.items()}
    beside = {(checkpoint, key) for checkpoint, _shots, key in free}
    for (checkpoint, key), here in fixed.items():
        if (checkpoint, key) not in beside:
            found[checkpoint, next(iter(here.values())).num_fewshot, key] = here
    return found


def _group_cell(group: Task, names: Sequence[str], shots: int, here: Mapping[str, Cell]) -> GroupCell:
    parts = [here[name] for name in names if name in here]
    whole = len(parts) == len(names) and all(part.state == CellState.DONE for part in parts)
    first = parts[0]
    return GroupCell(
        task=group,
        checkpoint=first.checkpoint,
        num_fewshot=shots,
        seed=int(first.settings.get("seed") or 0),
        tasks=len(names),
        parts=tuple(parts),
        scores=tuple(aggregate(read_rules(group.aggregates), [_part(part) for part in parts])) if whole else (),
    )


def _part(cell: Cell) -> Part:
    """lm-eval weighs a part by the most documents that any of its metrics has."""
    scores = list(cell.scores.all())
    return Part(
        task=cell.task.name,
        size=max((score.n or 0 for score in scores), default=0),
        scores={(s.metric, s.filter): PartScore(s.value, s.stderr, s.comparable_key) for s in scores},
    )
