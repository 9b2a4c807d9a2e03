"""What a blind guess scores in a task, noted once its documents are known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import transaction

from evaluation.core.groups import leaves, weighted_mean
from evaluation.models import PromptSet, Task
from evaluation.outcomes.asked import blind_level
from evaluation.outcomes.columns import Unreadable


def chance_note(*, task: Task, level: Any) -> bool:
    """Note the level that somebody counted over all documents of ``task``; whether it was news.

    What is no share between 0 and 1 is let go: a node may send anything.
    """
    if not isinstance(level, float) or not 0 < level < 1:
        return False
    return bool(Task.objects.filter(pk=task.pk).exclude(chance=level).update(chance=level))


@transaction.atomic
def chances_fill() -> int:
    """Count the choices of tasks of which prompts are stored and no level is known; how many were found.

    Of several prompts of a task those of the most documents count. A group's level is made of those of all its tasks as
    its scores are.
    """
    found = _count_tasks()
    return found + sum(chance_note(task=group, level=level) for group, level in _group_levels())


def _count_tasks() -> int:
    found = 0
    asked = Task.objects.filter(kind="task", chance__isnull=True).exclude(output_type="generate_until")
    for task in asked.filter(pk__in=PromptSet.objects.filter(removed_at__isnull=True).values("task")):
        kept = PromptSet.objects.filter(task=task, removed_at__isnull=True).order_by("-rows", "pk").first()
        found += kept is not None and chance_note(task=task, level=_counted(kept))
    return found


def _group_levels() -> Iterator[tuple[Task, float]]:
    """The groups that make scores and of whose tasks each has a level."""
    told = Task.objects.filter(kind="task").values_list("name", "chance")
    known = {name: level for name, level in told if level is not None}
    sizes = dict(Task.objects.filter(name__in=known).values_list("name", "documents"))
    groups = {one.name: one for one in Task.objects.filter(kind__in=("group", "tag"))}
    for group in groups.values():
        parts = leaves(group.name, lambda name: groups[name].members if name in groups else None)
        if group.aggregates and parts and all(part in known for part in parts):
            by_size = all(rule.get("weight_by_size", True) for rule in group.aggregates)
            weights = [sizes[part] if by_size else 1 for part in parts]
            levels = [known[part] for part in parts]
            if all(weights) or len(set(levels)) == 1:
                yield group, weighted_mean(levels, [weight or 1 for weight in weights])


def _counted(prompts: PromptSet) -> float | None:
    """The level of a prompts file; None where it cannot be read or has no choices."""
    try:
        return blind_level(prompts.file)
    except Unreadable:
        return None
