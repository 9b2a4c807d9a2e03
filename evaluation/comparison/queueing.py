"""Addresses of the form that measures what is missing, or what was measured in another way than the rest."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from evaluation.comparison.contenders import Contender
from evaluation.comparison.scores import Measured, RowKey, Told

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
    """The query that measures a model as ``like`` was measured, where its own measurement is not comparable.

    Blank where the two are comparable, and where no setting could make them so: another kind of scoring, a value of a
    result file.
    """
    if not isinstance(mine, Measured) or like is None or not cell_query(model, task, key):
        return ""
    if mine.comparable_key == like.comparable_key or like.limit or like.origin != "measured":
        return ""
    if mine.made_with.get("scoring") != like.made_with.get("scoring"):
        return ""
    words: dict[str, object] = {"models": model.asked, "tasks": task, "num_fewshot": key.num_fewshot}
    for name, default in DEFAULTS.items():
        value = like.settings.get(name, default)
        if value != default:
            words[name] = json.dumps(value) if isinstance(value, dict) else "on" if value is True else value
    return "?" + urlencode(words, safe="@")
