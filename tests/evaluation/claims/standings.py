"""Standings without a database, by the name of the model and of what it was asked."""

from __future__ import annotations

from functools import cache
from typing import Any

from evaluation.standings import Standing
from modelcards.models import ModelCard
from tests.evaluation.standings import rows


@cache
def _card(name: str, parameters: int | None) -> ModelCard:
    return rows.make_model(name, slug=name.lower().replace(" ", "-"), parameters=parameters)


def make_standing(value: float, subject: str = "quiz", name: str = "Oak 1B", **fields: Any) -> Standing:
    """A published accuracy at zero shots; with ``key`` a measured one of 100 documents. One name is one card."""
    card = _card(name, fields.pop("parameters", 1_000_000_000))
    told = {"subject": subject, "subject_name": subject.upper(), "source": "arXiv:2302.13971 Table 3", **fields}
    if told.get("key"):
        return rows.make_measured(value, card, **{**told, "source": "", "stderr": None, "n": 100, "cell": 1, "run": 1})
    return rows.make_standing(value, card, **{name: given for name, given in told.items() if name != "key"})
