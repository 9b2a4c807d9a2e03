"""Turns what lm-eval's ``evaluate`` returns into results: every metric with its error, count and comparable key."""

from __future__ import annotations

import json
import math
from numbers import Real
from typing import TYPE_CHECKING, Any

from lm_eval.api.samplers import FirstNSampler

from evaluation.core.comparable import Digest, Measurement, canonical, comparable_key, resolved_configuration
from evaluation.core.protocol import CellSpec, Result, ServedSpec
from evaluation.runner.describe import versions

if TYPE_CHECKING:
    from evaluation.runner.cell import CellWork

LIKELIHOOD_METRICS = {"perplexity", "word_perplexity", "byte_perplexity", "bits_per_byte", "likelihood"}
"""Quantities that a pseudo-log-likelihood is not; its own are called ``pseudo_…``."""


def results_of(task: Any, cell: CellSpec, answer: dict[str, Any], messages: str, scoring: str) -> list[Result]:
    """One Result per metric and filter, in lm-eval's order."""
    name = task.task_name
    values = answer["results"][name]
    samples = answer["samples"][name]
    documents = document_set(samples)
    config = task.config.to_dict(keep_callable=True)
    better = task.higher_is_better()
    results = []
    for key, value in values.items():
        metric, comma, filter_name = key.rpartition(",")
        if not comma or metric.endswith("_stderr"):
            continue
        measurement = Measurement(
            task=name,
            configuration=Digest([resolved_configuration(config, metric)]).hexdigest(),
            documents=documents,
            num_fewshot=int(task.config.num_fewshot or 0),
            fewshot_seed=sampled_seed(task, cell),
            messages=messages,
            metric=metric,
            filter=filter_name,
            limit=cell.limit,
            scoring=scoring,
        )
        pseudo = scoring == "pseudo-loglikelihood" and metric in LIKELIHOOD_METRICS
        results.append(
            Result(
                metric=f"pseudo_{metric}" if pseudo else metric,
                filter=filter_name,
                value=number(value),
                stderr=number(values.get(f"{metric}_stderr,{filter_name}")),
                n=sum(metric in sample["metrics"] for sample in samples if sample["filter"] == filter_name),
                higher_is_better=better.get(metric),
                comparable_key=comparable_key(measurement),
            )
        )
    return results


def number(value: Any) -> float | None:
    """A finite number, or None for lm-eval's "N/A", for NaN and for infinity."""
    finite = isinstance(value, Real) and math.isfinite(value)
    return float(value) if finite else None


def document_set(samples: list[dict[str, Any]]) -> str:
    """SHA-256 over the hashes of the scored documents, in their order."""
    seen = {sample["doc_id"]: sample["doc_hash"] for sample in samples}
    return Digest(seen[doc] for doc in sorted(seen)).hexdigest()


def sampled_seed(task: Any, cell: CellSpec) -> int | None:
    """The seed that chose the shots, or None where nothing was chosen."""
    fixed = isinstance(getattr(task, "sampler", None), FirstNSampler)
    return None if fixed or not task.config.num_fewshot else cell.seed


def made_with(task: Any, cell: CellSpec, work: CellWork) -> dict[str, Any]:
    """What made the scores, for the record: configuration, versions, device, dtype, batch size."""
    config = json.loads(canonical(task.config.to_dict()))
    return {
        "task_config": config,
        "task_version": str(task.VERSION),
        "task_content": work.tasks.content(cell.task),
        "versions": versions(),
        "device": work.spec.device,
        **({"spread_over": " + ".join(work.spec.devices)} if work.spec.devices else {}),
        **_loaded(work),
        "max_length": int(work.loaded.lm.max_length),
        "limit": cell.limit,
        "chat_template": cell.chat_template,
        "system_instruction": cell.system_instruction,
        "asked_fewshot": cell.num_fewshot,
        "backend": getattr(work.loaded.lm, "backend_name", work.loaded.backend),
        **served_by(work.spec.model.served),
    }


def _loaded(work: CellWork) -> dict[str, Any]:
    """How the checkpoint was computed with; of a served model that is not known."""
    if work.spec.model.served is not None:
        return {}
    loaded = work.loaded
    return {"dtype": loaded.dtype, "batch_size": loaded.batch_size, "parameters": loaded.parameters}


def served_by(served: ServedSpec | None) -> dict[str, str]:
    """Which server answered, by its name here and the model's name there; its address is not for readers of scores."""
    return {"server": served.name, "served_model": served.model} if served else {}
