"""When an imported score may stand beside others: the key that equal measurements share, or none.

A stock results file never tells all that our own key is made of (the messages before a chat template). So there are
three cases. Where the samples show that exactly the same was asked and scored as in a run of our own, the imported
score takes over that run's key. Else, where the file names the version or the configuration of the task, the score gets
a key of another kind: imported scores of the same harness, task, version, shots and documents share it, measured ones
never do. Else the key is blank, and the score is compared with nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from evaluation.core.comparable import Digest, canonical, resolved_configuration
from evaluation.results.shapes import Results, StatedMetric, StatedTask


def stated_key(results: Results, task: StatedTask, metric: StatedMetric) -> str:
    """The key of imported scores among themselves; blank where the file says too little."""
    if task.kind == "group" or not (task.version or task.config):
        return ""
    told = {
        "kind": "imported",
        "harness": results.harness,
        "task": task.name,
        "version": task.version,
        "configuration": configuration_digest(task.config, metric.metric),
        "asked": task.task_hash,
        "num_fewshot": task.num_fewshot,
        "limit": task.limit,
        "n": task.n,
        "metric": metric.metric,
        "filter": metric.filter,
        **{name: results.settings.get(name) for name in ("seed", "chat_template", "system_instruction")},
        "generation": results.settings.get("generation_kwargs"),
    }
    return hashlib.sha256(canonical(told).encode()).hexdigest()


def configuration_digest(config: Mapping[str, Any], metric: str) -> str:
    """The part of a task's configuration that decides a metric, without what only names or places it."""
    return Digest([resolved_configuration(dict(config), metric)]).hexdigest() if config else ""
