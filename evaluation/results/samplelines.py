"""Stored samples as the lines that lm-eval logs, every field under its own name."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from evaluation.core.samples import read_outcomes, read_prompts

ROLLING = "loglikelihood_rolling"


def sample_lines(prompts: BinaryIO, outcomes: BinaryIO, output_type: str) -> Iterator[dict[str, Any]]:
    """One mapping for each document and filter, in the order in which they were scored.

    A target that was no text when it was scored is written as its JSON, where lm-eval writes Python's form of it.
    """
    asked = {row["doc_id"]: row for row in read_prompts(prompts)}
    for outcome in read_outcomes(outcomes):
        yield _line(asked[outcome["doc_id"]], outcome, output_type)


def _line(prompt: dict[str, Any], outcome: dict[str, Any], output_type: str) -> dict[str, Any]:
    arguments = _arguments(prompt, output_type)
    others = json.loads(outcome["others"] or "{}")
    metrics = {**outcome["metrics"], **others}
    return {
        "doc_id": outcome["doc_id"],
        "doc": json.loads(prompt["document"]) if prompt["document"] else None,
        "target": prompt["target"],
        "arguments": {
            f"gen_args_{number}": {f"arg_{place}": value for place, value in enumerate(one)}
            for number, one in enumerate(arguments)
        },
        "resps": _responses(outcome),
        "filtered_resps": as_text(json.loads(outcome["filtered"] or "[]")),
        "filter": outcome["filter"],
        "metrics": list(metrics),
        "doc_hash": outcome["doc_hash"],
        "prompt_hash": text_hash(str(arguments[0][0])),
        "target_hash": text_hash(prompt["target"]),
        **metrics,
    }


def _arguments(prompt: dict[str, Any], output_type: str) -> list[list[Any]]:
    """What was asked, request by request: a context with what follows it, or with the settings of the generation."""
    if prompt["options"]:
        contexts = prompt["contexts"] or [prompt["prompt"]]
        return [[context, json.loads(prompt["options"])] for context in contexts]
    rows = prompt["continuations"]
    if output_type == ROLLING:
        return [[text] for text in rows]
    contexts = prompt["contexts"] or [prompt["prompt"]] * len(rows)
    return [[context, continuation] for context, continuation in zip(contexts, rows, strict=True)]


def _responses(outcome: dict[str, Any]) -> list[Any]:
    if outcome["generated"]:
        return [list(outcome["generated"])]
    greedy = outcome["greedy"]
    if not greedy:
        return [[str(number)] for number in outcome["loglikelihoods"]]
    return [[[str(number), str(best)]] for number, best in zip(outcome["loglikelihoods"], greedy, strict=True)]


def as_text(value: Any) -> Any:
    """Everything within lists as text, as lm-eval writes responses."""
    return [as_text(item) for item in value] if isinstance(value, list) else str(value)


def text_hash(text: str) -> str:
    """lm-eval's hash of a prompt or target."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def task_hash(lines: Iterator[dict[str, Any]]) -> str:
    """lm-eval's hash of all that a task asked: of documents, prompts and targets, in order."""
    digest = hashlib.sha256()
    for line in lines:
        digest.update((line["doc_hash"] + line["prompt_hash"] + line["target_hash"]).encode())
    return digest.hexdigest()
