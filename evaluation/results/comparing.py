"""Whether an imported score is the same measurement as one of our own: told by its samples, not by its word."""

from __future__ import annotations

from evaluation.models import Origin, Score
from evaluation.results.keys import configuration_digest
from evaluation.results.samples import Written
from evaluation.results.shapes import Results, StatedTask


def measured_keys(results: Results, task: StatedTask, samples: Written | None) -> dict[tuple[str, str], str]:
    """By metric and filter the keys of our own runs that asked exactly this, document by document, of another model.

    All documents must be there, with the same prompts, targets and settings, and the same configuration of the metric.
    A chat template hides what was asked before it, so such samples tell nothing.
    """
    if samples is None or samples.prompts_rows != task.n or results.settings.get("chat_template"):
        return {}
    rows = Score.objects.filter(
        origin=Origin.MEASURED,
        task_name=task.name,
        num_fewshot=task.num_fewshot,
        cell__sample_set__prompts__key=samples.key,
    ).select_related("cell")
    found: dict[tuple[str, str], str] = {}
    for score in rows.order_by("pk")[:200]:
        made = score.cell.made_with if score.cell else {}
        like_us = made.get("scoring") != "pseudo-loglikelihood" and not made.get("chat_template")
        config = made.get("task_config") or {}
        same = like_us and configuration_digest(config, score.metric) == configuration_digest(task.config, score.metric)
        if same and config and made.get("limit") == task.limit:
            found.setdefault((score.metric, score.filter), score.comparable_key)
    return found
