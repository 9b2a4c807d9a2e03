"""Tasks whose documents share texts: several questions about one passage are not independent of one another.

Standard errors and tests of such tasks are clustered by the passage. A task of a site's own says which field of a
document holds it with ``metadata: {passage_field: …}`` in its YAML; the table holds those of lm-eval's tasks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PASSAGE_FIELDS: dict[str, str] = {
    "boolq": "passage",
    "drop": "passage",
    "multirc": "paragraph",
    "record": "passage",
    "squadv2": "context",
}
"""The field of a document that several documents of the task have alike, by lm-eval's name of the task."""


def passage_field(task: str) -> str:
    """The field for a task of lm-eval; blank where its documents share no text."""
    return PASSAGE_FIELDS.get(task, "")


def stated_field(config: Mapping[str, Any], task: str) -> str:
    """The field that a task's configuration states, else the known one; dots lead into objects."""
    metadata = config.get("metadata")
    stated = metadata.get("passage_field") if isinstance(metadata, Mapping) else None
    return stated[:100] if isinstance(stated, str) else passage_field(task)
