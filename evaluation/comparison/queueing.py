"""Addresses of the form that measures what is missing, or what was measured in another way than the rest."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from evaluation.comparison.contenders import Contender
from evaluation.comparison.scores import Measured, RowKey, Told
from evaluation.models import Origin

DEFAULTS: dict[str, object] = {
    "seed": 1234,
    "chat_template": False,
    "system_instruction": None,
    "generation_kwargs": {},
}


def cell_query(model: Contender, task: str, key: RowKey) -> str:
    """The query that prepares one cell; blank where the model has no weights here, or the row no task."""
    if model.checkpoint is None or not task:
        return ""
    return "?" + urlencode({"models": model.asked, "tasks": task, "num_fewshot": key.num_fewshot}, safe="@")


def alike_query(model: Contender, task: str, key: RowKey, mine: Measured | Told | None, like: Measured | None) -> str:
    """The query that measures a model as ``like`` was measured, where its own measurement is not comparable, or on all
    documents, where it is of some.

    Blank where the two are comparable, and where no setting could make them so: another kind of scoring, or nothing
    but a result file to go by.
    """
    if not isinstance(mine, Measured) or not cell_query(model, task, key):
        return ""
    if like is None or like.limit or like.origin != Origin.MEASURED:
        return cell_query(model, task, key) if mine.limit else ""
    if mine.comparable_key == like.comparable_key or _scored_otherwise(mine, like):
        return ""
    words: dict[str, object] = {"models": model.asked, "tasks": task, "num_fewshot": key.num_fewshot}
    for name, default in DEFAULTS.items():
        value = like.settings.get(name, default)
        if value != default:
            words[name] = json.dumps(value) if isinstance(value, dict) else "on" if value is True else value
    return "?" + urlencode(words, safe="@")


def _scored_otherwise(one: Measured, other: Measured) -> bool:
    """Whether two measurements are known to be of different kinds."""
    kinds = {one.made_with.get("scoring"), other.made_with.get("scoring")} - {None, ""}
    return len(kinds) > 1
