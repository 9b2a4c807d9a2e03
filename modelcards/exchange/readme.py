"""A card as a Hugging Face README.md: metadata that the hub reads, our own block with every source, then the text."""

from __future__ import annotations

from typing import Any

import yaml

from modelcards import values
from modelcards.exchange import vocabulary as hub
from modelcards.exchange.cards import OWN
from modelcards.exchange.document import VERSION
from modelcards.exchange.identity import repository_of

# Our metrics by the names that the hub's metric pages have.
HUB_METRICS = {"acc": "accuracy"}


def write_card(document: dict[str, Any]) -> str:
    """The text of a README.md; reading it again gives the same document."""
    chosen = {fact["field"]: fact["value"] for fact in document["facts"] if fact["chosen"]}
    metadata = {**_metadata(chosen), **_model_index(document, chosen), OWN: _own(document)}
    # The line width keeps every value on one line, the dumper's own order keeps the same bytes for the same card.
    block = yaml.dump(
        metadata, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=2**30, default_flow_style=False
    )
    return f"---\n{block}---\n\n{document['text']}\n"


def _metadata(chosen: dict[str, str]) -> dict[str, Any]:
    """What the hub knows: each key only where the catalog has a value."""
    names = {
        key: values.parse_names(chosen.get(key, "")) for key in ("languages", "suited_tasks", "base_model", "paper")
    }
    pipeline = next((task for task in names["suited_tasks"] if task in hub.PIPELINES), "")
    bases = [_repository(name) for name in names["base_model"]]
    found: dict[str, Any] = {
        "license": chosen.get("licence_id") or ("other" if "licence" in chosen else ""),
        "license_name": _licence_name(chosen),
        "language": names["languages"],
        "pipeline_tag": pipeline,
        "tags": _tags(chosen, names["paper"]),
        "base_model": bases,
        "base_model_relation": hub.HUB_RELATION.get(chosen.get("relation", ""), "finetune") if bases else "",
    }
    return {key: value for key, value in found.items() if value}


def _licence_name(chosen: dict[str, str]) -> str:
    return chosen.get("licence", "") if chosen.get("licence_id", "other") == "other" else ""


def _tags(chosen: dict[str, str], papers: list[str]) -> list[str]:
    words = [chosen.get(key, "") for key in ("architecture_family", "objective", "stage")]
    papers = [
        f"arxiv:{paper.removeprefix('arXiv:')}" for paper in papers if "arxiv.org" in values.source_address(paper)
    ]
    return [word for word in words if word] + [paper for paper in papers if "/" not in paper]


def _repository(name: str) -> str:
    return repository_of(name) or name


def _model_index(document: dict[str, Any], chosen: dict[str, str]) -> dict[str, Any]:
    """The scores in the hub's form, each result with its source."""
    task = next((one for one in values.parse_names(chosen.get("suited_tasks", "")) if one in hub.PIPELINES), "")
    results = [
        {
            "task": {"type": task or "text-generation"},
            "dataset": {
                "name": score["benchmark"],
                "type": score["benchmark"],
                "args": {"num_few_shot": score["num_fewshot"]},
            },
            "metrics": [
                {
                    "type": HUB_METRICS.get(score["metric"], score["metric"]),
                    "value": score["value"],
                    "name": f"{score['metric']} ({score['source']})",
                }
            ],
        }
        for score in document["scores"]
    ]
    return {"model-index": [{"name": chosen.get("name", document["slug"]), "results": results}]} if results else {}


def _own(document: dict[str, Any]) -> dict[str, Any]:
    """Our block: the document without the text, which follows it."""
    return {"version": VERSION, **{key: value for key, value in document.items() if key not in ("text", "version")}}


class _Plain(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]  # the one in C is ten times faster
    """Writes a value as often as it stands there: an anchor says nothing to a reader."""

    def ignore_aliases(self, data: Any) -> bool:
        return True
