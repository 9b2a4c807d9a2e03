"""Tasks whose documents share texts: several questions about one passage are not independent of one another.

Standard errors and tests of such tasks are clustered by the passage. A task of a site's own says which field of a
document holds it with ``metadata: {passage_field: …}`` in its YAML; the table holds those of lm-eval's tasks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

PASSAGE_FIELDS: dict[str, str] = {
    "anli_r1": "premise",
    "anli_r2": "premise",
    "anli_r3": "premise",
    "babi": "passage",
    "boolq": "passage",
    "boolq-seq2seq": "passage",
    "cb": "premise",
    "drop": "passage",
    "french_bench_boolqa": "passage",
    "french_bench_fquadv2": "context",
    "french_bench_fquadv2_bool": "context",
    "french_bench_fquadv2_genq": "context",
    "french_bench_fquadv2_hasAns": "context",
    "french_bench_multifquad": "context",
    "kobest_boolq": "paragraph",
    "logiqa": "context",
    "mc_taco": "sentence",
    "mnli": "premise",
    "mnli_mismatch": "premise",
    "multirc": "paragraph",
    "qasper_bool": "title",
    "qasper_freeform": "title",
    "qnli": "sentence",
    "record": "passage",
    "squadv2": "context",
}
"""The field of a document that several documents of the task have alike, by lm-eval's name of the task.

The tasks ``race`` and ``coqa`` of lm-eval ask one question about each text and are not among them.
"""
LANGUAGES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"belebele_\w{3}_\w{4}"), "flores_passage"),
    (re.compile(r"mlqa_\w\w_\w\w"), "context"),
    (re.compile(r"qa4mre_20\d\d"), "document_str"),
    (re.compile(r"tydiqa_goldp_\w\w"), "context"),
    (re.compile(r"xnli_\w\w"), "premise"),
    (re.compile(r"xquad_\w\w"), "context"),
)
"""The same for tasks that there are in many languages or years."""


def passage_field(task: str) -> str:
    """The field for a task of lm-eval; blank where its documents share no text."""
    of_language = (field for name, field in LANGUAGES if name.fullmatch(task))
    return PASSAGE_FIELDS.get(task) or next(of_language, "")


def stated_field(config: Mapping[str, Any], task: str) -> str:
    """The field that a task's configuration states, else the known one; dots lead into objects."""
    metadata = config.get("metadata")
    stated = metadata.get("passage_field") if isinstance(metadata, Mapping) else None
    return stated[:100] if isinstance(stated, str) else passage_field(task)
