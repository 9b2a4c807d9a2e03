"""What a blind guess scores in a task, noted once its documents are known."""

from __future__ import annotations

from typing import Any

from django.db import transaction

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

    Of several prompts of a task those of the most documents count.
    """
    found = 0
    asked = Task.objects.filter(kind="task", chance__isnull=True).exclude(output_type="generate_until")
    for task in asked.filter(pk__in=PromptSet.objects.filter(removed_at__isnull=True).values("task")):
        kept = PromptSet.objects.filter(task=task, removed_at__isnull=True).order_by("-rows", "pk").first()
        found += kept is not None and chance_note(task=task, level=_counted(kept))
    return found


def _counted(prompts: PromptSet) -> float | None:
    """The level of a prompts file; None where it cannot be read or has no choices."""
    try:
        return blind_level(prompts.file)
    except Unreadable:
        return None
