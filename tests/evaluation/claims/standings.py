"""Standings without a database."""

from __future__ import annotations

from typing import Any

from evaluation.standings import Standing
from modelcards.models import ModelCard


def make_standing(value: float, subject: str = "quiz", name: str = "Oak 1B", **fields: Any) -> Standing:
    """A published accuracy at zero shots; with ``key`` a measured one of 100 documents."""
    key = fields.pop("key", "")
    parameters = fields.pop("parameters", 1_000_000_000)
    card = ModelCard(
        pk=abs(hash(name)) % 10**9,
        slug=name.lower().replace(" ", "-"),
        name=name,
        parameters=parameters,
        architecture_family="decoder-only",
    )
    measured = {"origin": "measured", "source": "", "comparable_key": key, "n": 100, "cell": 1, "run": 1}
    values: dict[str, Any] = {
        "card": card,
        "checkpoint": None,
        "subject": subject,
        "subject_name": subject.upper(),
        "num_fewshot": 0,
        "metric": "acc",
        "filter": "",
        "value": value,
        "stderr": None,
        "n": None,
        "origin": "published",
        "source": "arXiv:2302.13971 Table 3",
        "confidence": "checked",
        "comparable_key": "",
        "higher_is_better": True,
        "chance": 0.25,
        "cell": None,
        "run": None,
        **(measured if key else {}),
    }
    return Standing(**{**values, **fields})
