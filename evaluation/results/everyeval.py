"""Cells of our own runs as a record of Every Eval Ever, schema 0.3.0 (evalevalai.com; ``eval.schema.json``).

The samples of a record are a file of another schema and are not written; what has no field of its own stands as text
under ``additional_details``, as the schema wants it.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from typing import Any

from evaluation.actions.catalog import HIGHER_IS_BETTER
from evaluation.core.protocol import TRANSFORMERS
from evaluation.models import Cell, Score
from evaluation.results.modelname import REPOSITORY
from evaluation.results.writing import Batch, model_name

VERSION = "0.3.0"
COLLECTION = "lm_eval"
UNBOUNDED = ("-Infinity", "Infinity")
GENERATION = {"temperature": "temperature", "top_p": "top_p", "top_k": "top_k", "max_gen_toks": "max_tokens"}


def record(batch: Batch, organisation: str) -> dict[str, Any]:
    """The record of a batch; ``organisation`` is who ran it."""
    first = batch.cells[0]
    made = first.made_with
    versions = made.get("versions", {})
    ended = [cell.ended_at for cell in batch.cells if cell.ended_at]
    at = str(max(ended).timestamp()) if ended else "0"
    return {
        "schema_version": VERSION,
        "evaluation_id": f"{COLLECTION}/{model_name(first)}/{at}",
        "evaluation_timestamp": max(ended).isoformat() if ended else "",
        "retrieved_timestamp": at,
        "source_metadata": {
            "source_name": "Arboretum",
            "source_type": "evaluation_run",
            "source_organization_name": organisation,
            "evaluator_relationship": "other",
        },
        "eval_library": {
            "name": "lm_eval",
            "version": versions.get("lm_eval") or "unknown",
            "additional_details": _texts({"arboretum": versions.get("arboretum"), "torch": versions.get("torch")}),
        },
        "model_info": _model(first),
        "evaluation_results": [_result(cell, score) for cell in batch.cells for score in _ordered(cell)],
    }


def record_path(batch: Batch, text: str) -> str:
    """Where the datastore of such records would keep it; the name follows from the content alone."""
    developer, name = _owner_and_name(batch.cells[0])
    mark = uuid.UUID(bytes=hashlib.sha256(text.encode()).digest()[:16], version=4)
    return f"data/{COLLECTION}/{developer}/{name}/{mark}.json"


def _owner_and_name(cell: Cell) -> tuple[str, str]:
    """Owner and name of the repository; of a model without one, the first organisation of its card."""
    owner, slash, name = model_name(cell).partition("/")
    if slash:
        return owner, name
    organisations = cell.checkpoint.card.organisations.all()
    return next((one.slug for one in organisations), "unknown"), owner


def _model(cell: Cell) -> dict[str, Any]:
    checkpoint, made = cell.checkpoint, cell.made_with
    card = checkpoint.card
    owner, name = _owner_and_name(cell)
    served = bool(made.get("server"))
    weights = {True: "open_weights", False: "closed_weights"}.get(bool(card.open_weights), "unknown")
    details = {
        "deployment_type": "externally_managed" if served else "self_deployed",
        "model_availability": "unknown" if card.open_weights is None else weights,
        "revision": checkpoint.revision,
        "step": checkpoint.step,
        "weights_sha256": cell.weights,
        "dtype": made.get("dtype"),
        "parameters": made.get("parameters"),
        "device": made.get("device"),
        "batch_size": made.get("batch_size"),
    }
    backend, versions = str(made.get("backend") or TRANSFORMERS), made.get("versions", {})
    version = versions.get("transformers" if backend == TRANSFORMERS else backend) or ""
    engine = {"name": backend, "version": version}
    return {
        "name": card.name,
        "id": f"{owner}/{name}",
        "developer": owner,
        "inference_engine": engine,
        "additional_details": _texts(details),
    }


def _result(cell: Cell, score: Score) -> dict[str, Any]:
    low, high = _bounds(score.metric)
    uncertainty: dict[str, Any] = {}
    if score.stderr is not None:
        uncertainty["standard_error"] = {"value": score.stderr, "method": "as lm-eval computes it"}
    if score.n is not None:
        uncertainty["num_samples"] = score.n
    marked = score.metric if score.filter in ("", "none") else f"{score.metric},{score.filter}"
    return {
        "evaluation_result_id": f"{cell.task.name}/{cell.num_fewshot}-shot/{marked}",
        "evaluation_name": cell.task.name,
        "source_data": _source(cell),
        **({"evaluation_timestamp": cell.ended_at.isoformat()} if cell.ended_at else {}),
        "metric_config": {
            "metric_id": f"lm_eval.{score.metric}",
            "metric_name": score.metric,
            "metric_parameters": {"filter": score.filter or "none", "num_fewshot": cell.num_fewshot},
            "lower_is_better": score.higher_is_better is False,
            "score_type": "continuous",
            "min_score": low,
            "max_score": high,
            **({"metric_unit": "proportion"} if (low, high) == (0.0, 1.0) else {}),
        },
        "score_details": {
            "score": score.value,
            "details": _texts({"comparable_key": score.comparable_key, "limit": cell.settings.get("limit")}),
            **({"uncertainty": uncertainty} if uncertainty else {}),
        },
        "generation_config": _generation(cell),
    }


def _bounds(metric: str) -> tuple[Any, Any]:
    """The least and the greatest value that a metric can have; without bounds where that is not known."""
    if metric in HIGHER_IS_BETTER:
        return 0.0, 1.0
    return (0.0, "Infinity") if metric.endswith("perplexity") or metric == "bits_per_byte" else UNBOUNDED


def _source(cell: Cell) -> dict[str, Any]:
    config = cell.made_with.get("task_config", {})
    path = str(config.get("dataset_path") or "")
    details = _texts({"subset": config.get("dataset_name"), "task_version": cell.made_with.get("task_version")})
    if not REPOSITORY.fullmatch(path):
        return {"dataset_name": cell.task.name, "source_type": "other", "additional_details": details}
    split = config.get("test_split") or config.get("validation_split")
    return {
        "dataset_name": path,
        "source_type": "hf_dataset",
        "hf_repo": path,
        **({"hf_split": str(split)} if split else {}),
        **({"samples_number": cell.documents_total} if cell.documents_total is not None else {}),
        "additional_details": details,
    }


def _generation(cell: Cell) -> dict[str, Any]:
    config = cell.made_with.get("task_config", {})
    chosen = {**(config.get("generation_kwargs") or {}), **(cell.settings.get("generation_kwargs") or {})}
    arguments = {GENERATION[name]: value for name, value in chosen.items() if name in GENERATION and _number(value)}
    if "max_tokens" in arguments and not (isinstance(arguments["max_tokens"], int) and arguments["max_tokens"] > 0):
        del arguments["max_tokens"]
    details = {
        "num_fewshot": cell.num_fewshot,
        "chat_template": cell.settings.get("chat_template"),
        "system_instruction": cell.settings.get("system_instruction"),
        "seed": cell.settings.get("seed"),
        "scoring": cell.made_with.get("scoring"),
        "generation_kwargs": chosen or None,
    }
    return {"generation_args": arguments, "additional_details": _texts(details)}


def _ordered(cell: Cell) -> list[Score]:
    return sorted(cell.scores.all(), key=lambda score: (score.metric, score.filter))


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    """What is known, as text."""
    known = {name: value for name, value in values.items() if value not in (None, "")}
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in known.items()}
