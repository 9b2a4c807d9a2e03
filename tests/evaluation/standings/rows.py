"""Standings without a database."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

from evaluation.standings import Standing
from modelcards.models import ModelCard

_serial = itertools.count(1)


def make_model(name: str = "", **fields: Any) -> ModelCard:
    """A card that is not stored: decoder-only, base, a billion parameters and twenty billion tokens."""
    number = next(_serial)
    values = {
        "pk": number,
        "name": name or f"Model {number}",
        "slug": (name or f"model-{number}").lower(),
        "architecture_family": "decoder-only",
        "stage": "base",
        "parameters": 10**9,
        "training_tokens": 20 * 10**9,
        "release_date": date(2023, 2, 24),
        "release_precision": "day",
    }
    return ModelCard(**{**values, **fields})


def make_standing(value: float = 0.5, card: ModelCard | None = None, **fields: Any) -> Standing:
    """A published accuracy of a task of four choices."""
    values: dict[str, Any] = {
        "card": card or make_model(),
        "checkpoint": None,
        "subject": "hellaswag",
        "subject_name": "HellaSwag",
        "num_fewshot": 0,
        "metric": "acc",
        "filter": "",
        "value": value,
        "stderr": None,
        "n": None,
        "origin": "published",
        "source": "arXiv:1 Table 1",
        "confidence": "checked",
        "comparable_key": "",
        "higher_is_better": True,
        "chance": 0.25,
        "cell": None,
        "run": None,
    }
    return Standing(**{**values, **fields})


def make_measured(value: float = 0.5, card: ModelCard | None = None, key: str = "k", **fields: Any) -> Standing:
    """One that was measured here on three hundred documents."""
    told = {"origin": "measured", "source": "", "comparable_key": key, "n": 300, "stderr": 0.02}
    return make_standing(value, card, **{**told, **fields})
