"""Prompts that many cells share: made once, and stored again where the retention rule had taken them."""

from __future__ import annotations

from evaluation.models import PromptSet, Task


def prompts_store(
    *, key: str, task: Task, num_fewshot: int, file: str, sha256: str, rows: int
) -> tuple[PromptSet, bool]:
    """The row of these prompts, and whether its file is new. The caller holds a transaction and has stored ``file``."""
    found = {"file": file, "sha256": sha256, "rows": rows}
    asked = {"task": task, "num_fewshot": num_fewshot}
    prompts, made = PromptSet.objects.get_or_create(key=key, defaults={**asked, **found})
    again = PromptSet.objects.filter(pk=prompts.pk, removed_at__isnull=False)
    back = not made and bool(again.update(**found, removed_at=None, bytes=None))
    if back:
        prompts.refresh_from_db()
    return prompts, made or back
