"""What a blind guess scores in a task, noted once its documents are known."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from evaluation.core.chance import BlindGuess
from evaluation.models import PromptSet, Task
from evaluation.outcomes.asked import passing_rows
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
    for task in Task.objects.filter(kind="task", chance__isnull=True, prompt_sets__removed_at__isnull=True).distinct():
        kept = PromptSet.objects.filter(task=task, removed_at__isnull=True).order_by("-rows", "pk").first()
        found += kept is not None and chance_note(task=task, level=_counted(kept))
    return found


def _counted(prompts: PromptSet) -> float | None:
    """The level of a prompts file; None where it cannot be read or has no choices."""
    guess = BlindGuess()
    try:
        for row in passing_rows(prompts.file):
            guess.see(row)
    except Unreadable:
        return None
    return guess.level
