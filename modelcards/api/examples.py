"""The bodies that make and change a card, as the documentation of the API shows them."""

from __future__ import annotations

from typing import Any

from modelcards.edits import CONFIDENCES
from modelcards.fields import FIELDS
from modelcards.models.card import Visibility

TEXT = {"type": "string"}
FACT: dict[str, Any] = {
    "type": ["object", "null"],
    "required": ["value"],
    "properties": {
        "value": {"description": "As the field by itself; null takes it back"},
        "source": {**TEXT, "description": "A paper, a page, a person"},
        "citation": {**TEXT, "format": "uri"},
        "confidence": {**TEXT, "enum": list(CONFIDENCES), "default": "unchecked"},
    },
}
VALUE = {"description": "Text, number, true or false, a list where there may be several; null takes it back"}
PROPERTIES: dict[str, Any] = {
    "slug": {**TEXT, "pattern": "^[a-z0-9][a-z0-9._-]{0,119}$"},
    **{{"modality": "modalities", "base_model": "base_models"}.get(key, key): VALUE for key in FIELDS},
    "sources": {"type": "object", "additionalProperties": TEXT, "description": "The source of fields sent with it"},
    "facts": {"type": "object", "additionalProperties": FACT},
    "card_text": {"type": ["string", "null"], "description": "Markdown"},
    "visibility": {**TEXT, "enum": list(Visibility.values)},
    "owner": {"type": ["string", "null"], "description": "The name of an account"},
    "readers": {"type": "array", "items": TEXT, "description": "Accounts that may read a restricted model"},
}


def _body(kind: str, required: list[str], examples: dict[str, Any]) -> dict[str, Any]:
    schema = {"type": "object", "properties": PROPERTIES, "additionalProperties": False, "required": required}
    told = {name: {"summary": name, "value": value} for name, value in examples.items()}
    return {"required": True, "content": {kind: {"schema": schema, "examples": told}}}


NEW = _body(
    "application/json",
    ["slug", "name"],
    {
        "A base model": {
            "slug": "oak-7b",
            "name": "Oak 7B",
            "organisation": ["House of Trees"],
            "architecture_family": "decoder-only",
            "objective": "causal-lm",
            "stage": "base",
            "parameters": "7B",
            "training_tokens": 1_400_000_000_000,
            "release_date": "2023-02",
            "languages": ["en", "zh"],
            "open_weights": True,
            "sources": {"training_tokens": "arXiv:2302.13971"},
            "card_text": "# Oak\n\nA model of trees.",
        },
    },
)
CHANGE = _body(
    "application/merge-patch+json",
    [],
    {
        "Correct a number, with its source": {"parameters": "6.7B", "sources": {"parameters": "arXiv:2302.13971"}},
        "The same as a whole fact": {
            "facts": {
                "parameters": {
                    "value": "6.7B",
                    "source": "arXiv:2302.13971",
                    "citation": "https://arxiv.org/abs/2302.13971",
                }
            }
        },
        "Take a field back": {"training_tokens": None},
        "Say what it was made from": {"base_models": ["oak-7b"], "relation": "finetune"},
        "Show it to two people alone": {"visibility": "restricted", "readers": ["ada", "grace"]},
        "Rename it": {"slug": "oak-7b-v1"},
    },
)
