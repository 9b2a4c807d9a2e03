"""Which scores may be ranked and tested together: those with an equal key.

The key is a SHA-256 over what decides the meaning of a number: the task as resolved, the documents, the shots, what the
model was told before any chat template, metric, filter, limit and kind of scoring. What only makes it a little more or
less exact (dtype, batch size, versions, device, chat template) is noted elsewhere and never bars a comparison.
"""

from __future__ import annotations

import functools
import hashlib
import inspect
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

VOLATILE = {
    "task", "task_alias", "tag", "group", "num_fewshot", "metadata", "dataset_kwargs", "metric_list",
    "should_decontaminate", "doc_to_decontamination_query",
}  # fmt: skip
"""Names and settings that change no number, or that other parts of the key hold (documents, shots, metric)."""
PLACES = {"data_files", "data_dir", "cache_dir", "trust_remote_code", "token", "num_proc"}


@dataclass(frozen=True)
class Measurement:
    """Everything that makes one metric of one cell what it is. ``fewshot_seed``: None where nothing was sampled."""

    task: str
    configuration: str
    documents: str
    num_fewshot: int
    fewshot_seed: int | None
    messages: str
    metric: str
    filter: str
    limit: int | None
    scoring: str


def comparable_key(measurement: Measurement) -> str:
    """SHA-256 of the measurement as canonical JSON."""
    return hashlib.sha256(canonical(asdict(measurement)).encode()).hexdigest()


class Digest:
    """A running SHA-256 over values, each as one line of canonical JSON."""

    def __init__(self, values: Iterable[Any] = ()) -> None:
        self._hash = hashlib.sha256()
        for value in values:
            self.add(value)

    def add(self, value: Any) -> None:
        """Take one more value in."""
        self._hash.update(canonical(value).encode())
        self._hash.update(b"\n")

    def hexdigest(self) -> str:
        """The digest so far."""
        return self._hash.hexdigest()


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spaces; functions as ``described``; other objects by their text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=described)


def described(value: Any) -> Any:
    """A value that JSON has no word for: a function by name and source hash, a set sorted, the rest by its text."""
    if isinstance(value, functools.partial):
        return {"partial": described(value.func), "args": list(value.args), "keywords": value.keywords}
    if callable(value):
        return {"function": getattr(value, "__qualname__", type(value).__name__), "sha256": _source_hash(value)}
    if isinstance(value, (set, frozenset)):
        return sorted(map(str, value))
    return str(value)


def resolved_configuration(config: dict[str, Any], metric: str) -> dict[str, Any]:
    """The part of a task's configuration that decides ``metric``, without names and paths of this machine."""
    kept = {key: value for key, value in config.items() if key not in VOLATILE and value is not None}
    dataset = {k: v for k, v in (config.get("dataset_kwargs") or {}).items() if k not in PLACES}
    metadata = config.get("metadata")
    path = str(config.get("dataset_path", ""))
    return {
        **kept,
        "dataset_path": Path(path).name if Path(path).is_absolute() else path,
        "dataset_kwargs": dataset,
        "version": metadata.get("version") if isinstance(metadata, dict) else None,
        "metric": [entry for entry in config.get("metric_list") or [] if _metric_name(entry) == metric],
    }


def _metric_name(entry: dict[str, Any]) -> str:
    metric = entry.get("metric")
    return metric if isinstance(metric, str) else str(getattr(metric, "__name__", metric))


def _source_hash(function: Callable[..., Any]) -> str:
    try:
        source = inspect.getsource(function)
    except (OSError, TypeError):
        return ""
    return hashlib.sha256(source.encode()).hexdigest()
