"""Writes the samples that lm-eval logged as a prompts file and an outcomes file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from numbers import Real
from pathlib import Path
from typing import Any

from lm_eval.utils import handle_non_serializable

from evaluation.core.chance import BlindGuess
from evaluation.core.protocol import FileRef, finite
from evaluation.core.samples import METRIC, PROMPTS, prompts_key, write_outcomes, write_rows

Sample = dict[str, Any]


@dataclass(frozen=True)
class SampleFiles:
    """Both files of a cell. ``chance``: what a blind guess scores in its documents, None where nothing is chosen."""

    prompts: FileRef
    outcomes: FileRef
    chance: float | None


def write_samples(samples: list[Sample], out: Path, cell: str) -> SampleFiles:
    """The prompts and the outcomes of a cell, as files below ``out``."""
    out.mkdir(parents=True, exist_ok=True)
    stem = re.sub(r"[^A-Za-z0-9_.-]", "_", cell)[:80] or "cell"
    guess = BlindGuess()
    asked = list(guess.passing(prompt_rows(samples)))
    key = prompts_key(asked)
    names = numeric_metrics(samples)
    prompts, outcomes = f"{stem}.prompts.parquet", f"{stem}.outcomes.parquet"
    return SampleFiles(
        FileRef(prompts, *write_rows(out / prompts, PROMPTS, asked), key),
        FileRef(outcomes, *write_outcomes(out / outcomes, names, outcome_rows(samples, names))),
        guess.level,
    )


def prompt_rows(samples: list[Sample]) -> Iterator[Sample]:
    """One row per document, in their order, whatever the number of filters."""
    once = {sample["doc_id"]: sample for sample in samples}
    for doc_id in sorted(once):
        sample = once[doc_id]
        arguments = sample["arguments"]
        contexts = [_said(one[0]) if len(one) > 1 else "" for one in arguments]
        generated = len(arguments[0]) > 1 and isinstance(arguments[0][1], dict)
        yield {
            "doc_id": doc_id,
            "doc_hash": sample["doc_hash"],
            "document": as_json(sample["doc"]),
            "target": sample["target"] if isinstance(sample["target"], str) else as_json(sample["target"]),
            "prompt": contexts[0],
            "contexts": contexts if len(set(contexts)) > 1 else [],
            "continuations": [] if generated else [str(one[1] if len(one) > 1 else one[0]) for one in arguments],
            "options": as_json(arguments[0][1]) if generated else "",
        }


def outcome_rows(samples: list[Sample], metrics: list[str]) -> Iterator[Sample]:
    """One row per document and filter."""
    for sample in samples:
        first = [responses[0] for responses in sample["resps"]]
        generated = isinstance(first[0], str)
        values = {name: sample[name] for name in sample["metrics"] if name in sample}
        yield {
            "doc_id": sample["doc_id"],
            "doc_hash": sample["doc_hash"],
            "filter": sample["filter"],
            "loglikelihoods": [] if generated else [_likelihood(response) for response in first],
            "greedy": [bool(one[1]) for one in first if isinstance(one, (tuple, list))],
            "generated": [str(text) for responses in sample["resps"] for text in responses] if generated else [],
            "filtered": as_json(sample["filtered_resps"]),
            "others": as_json({name: value for name, value in values.items() if name not in metrics}),
            **{f"{METRIC}{name}": float(values[name]) for name in metrics if values.get(name) is not None},
        }


def numeric_metrics(samples: list[Sample]) -> list[str]:
    """Metrics that are one number for every document that has them."""
    names = list(dict.fromkeys(name for sample in samples for name in sample["metrics"]))
    return [
        name
        for name in names
        if all(isinstance(sample.get(name), (Real, type(None))) or _scalar(sample.get(name)) for sample in samples)
    ]


def as_json(value: Any) -> str:
    """JSON of anything that lm-eval logs; NaN and infinity become null."""
    plain = json.loads(json.dumps(value, default=handle_non_serializable))
    return json.dumps(finite(plain), ensure_ascii=False)


def _said(context: Any) -> str:
    """The prompt; turns that a server puts into its own template are the JSON that it was sent."""
    return str(getattr(context, "prompt", context))


def _likelihood(response: Any) -> float:
    return float(response[0] if isinstance(response, (tuple, list)) else response)


def _scalar(value: Any) -> bool:
    return getattr(value, "shape", None) == () and not isinstance(value, (str, bytes))
