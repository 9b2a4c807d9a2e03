"""Cells of our own runs as a results file of lm-eval 0.4."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from evaluation.groups import GroupCell
from evaluation.models import Cell

UNSAFE = re.compile(r"[\"<>:/\|\\?\*\[\]\s]+")


@dataclass(frozen=True)
class Batch:
    """Cells that one results file can hold: of one checkpoint, under the same settings, each task once."""

    cells: Sequence[Cell]
    groups: Sequence[GroupCell]
    date: str

    @property
    def model(self) -> str:
        """The model as lm-eval names it: its repository, or its address here."""
        return model_name(self.cells[0])

    @property
    def folder(self) -> str:
        """The folder that lm-eval would write into."""
        return UNSAFE.sub("__", self.model)


def model_name(cell: Cell) -> str:
    """The repository of a checkpoint, else of its card, else the card's address."""
    checkpoint = cell.checkpoint
    return checkpoint.repo_id or checkpoint.card.hf_repo or checkpoint.card.slug


def batches(cells: Iterable[Cell], groups: Iterable[GroupCell] = ()) -> list[Batch]:
    """Done cells put together; each batch has a date of its own, which tells its files apart."""
    places: dict[tuple[int, str, int, int], list[Cell]] = {}
    for cell in sorted(cells, key=lambda one: (one.checkpoint_id, one.settings_key, one.num_fewshot, one.task.name)):
        place = (cell.checkpoint_id, cell.settings_key, cell.num_fewshot, cell.generation)
        places.setdefault(place, []).append(cell)
    taken: set[str] = set()
    found = []
    for some in places.values():
        mine = {cell.pk for cell in some}
        inside = [one for one in groups if one.scores and {part.pk for part in one.parts} <= mine]
        found.append(Batch(some, inside, _date(some, taken)))
    return found


def _date(cells: Sequence[Cell], taken: set[str]) -> str:
    """When the last of the cells ended, as lm-eval writes it into names of files; a microsecond later where taken."""
    at = max((cell.ended_at for cell in cells if cell.ended_at), default=datetime.fromtimestamp(0, UTC)).astimezone(UTC)
    micro = at.microsecond
    while (date := f"{at:%Y-%m-%dT%H-%M-%S}.{micro % 1_000_000:06d}") in taken:
        micro += 1
    taken.add(date)
    return date


def results_document(batch: Batch, hashes: Mapping[str, str]) -> dict[str, Any]:
    """The whole results file. ``hashes``: lm-eval's hash of what each task asked, where its samples are there.

    What lm-eval knows and we do not keep (the environment, the tokenizer's special tokens) is left out or null.
    """
    first = batch.cells[0]
    made, asked = first.made_with, first.settings
    versions = made.get("versions", {})
    system = asked.get("system_instruction")
    names = {cell.task.name: cell for cell in batch.cells}
    groups = {one.task.name: group_row(one) for one in batch.groups}
    began = [cell.started_at for cell in batch.cells if cell.started_at]
    ended = [cell.ended_at for cell in batch.cells if cell.ended_at]
    return {
        "results": {**groups, **{name: task_row(cell) for name, cell in names.items()}},
        **({"groups": groups} if groups else {}),
        "group_subtasks": {
            **{one.task.name: [part.task.name for part in one.parts] for one in batch.groups},
            **{name: [] for name in names},
        },
        "configs": {name: cell.made_with.get("task_config", {}) for name, cell in names.items()},
        "versions": {name: _version(cell) for name, cell in names.items()},
        "n-shot": {
            **{one.task.name: one.num_fewshot for one in batch.groups},
            **{name: cell.num_fewshot for name, cell in names.items()},
        },
        "higher_is_better": {
            name: {score.metric: score.higher_is_better for score in cell.scores.all()} for name, cell in names.items()
        },
        "n-samples": {name: _documents(cell) for name, cell in names.items()},
        "config": {
            "model": made.get("backend") or "hf",
            "model_args": _arguments(first),
            "model_num_parameters": made.get("parameters"),
            "model_dtype": f"torch.{made['dtype']}" if made.get("dtype") else None,
            "model_revision": first.checkpoint.revision,
            "model_sha": "",
            "batch_size": str(made.get("batch_size", "")),
            "batch_sizes": [],
            "device": made.get("device"),
            "use_cache": None,
            "limit": asked.get("limit"),
            "bootstrap_iters": 100000,
            "gen_kwargs": asked.get("generation_kwargs") or None,
            **_seeds(made, asked),
        },
        "git_hash": None,
        "date": min(began).timestamp() if began else None,
        "transformers_version": versions.get("transformers", "N/A"),
        "lm_eval_version": versions.get("lm_eval", "N/A"),
        "upper_git_hash": None,
        "max_length": made.get("max_length"),
        "task_hashes": dict(hashes),
        "model_source": made.get("backend") or "hf",
        "model_name": batch.model,
        "model_name_sanitized": batch.folder,
        "system_instruction": system,
        "system_instruction_sha": hashlib.sha256(system.encode()).hexdigest() if system else None,
        "fewshot_as_multiturn": bool(asked.get("chat_template")),
        "chat_template": None,
        "chat_template_sha": None,
        "total_evaluation_time_seconds": str((max(ended) - min(began)).total_seconds()) if began and ended else "0",
        "arboretum": {
            "version": versions.get("arboretum", ""),
            "model": first.checkpoint.card.slug,
            "weights_sha256": first.weights,
            "chat_template": bool(asked.get("chat_template")),
            "scoring": {name: cell.made_with.get("scoring", "") for name, cell in names.items()},
            "comparable_keys": {
                name: {f"{score.metric},{score.filter}": score.comparable_key for score in cell.scores.all()}
                for name, cell in names.items()
            },
        },
    }


def task_row(cell: Cell) -> dict[str, Any]:
    """A task's metrics as lm-eval writes them."""
    scores = sorted(cell.scores.all(), key=lambda score: score.pk)
    alias = cell.made_with.get("task_config", {}).get("task_alias") or cell.task.name
    return {"alias": alias, "name": cell.task.name, "sample_len": cell.documents_total, **_metrics(scores)}


def group_row(group: GroupCell) -> dict[str, Any]:
    """A group's metrics, aggregated as lm-eval does."""
    return {"alias": group.task.name, "name": group.task.name, **_metrics(group.scores)}


def _metrics(scores: Iterable[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for score in scores:
        name = score.filter or "none"
        found[f"{score.metric},{name}"] = score.value
        found[f"{score.metric}_stderr,{name}"] = "N/A" if score.stderr is None else score.stderr
    return found


def _version(cell: Cell) -> Any:
    """The version as the YAML has it: a number where it reads as one."""
    told = cell.made_with.get("task_version", "")
    try:
        return float(told) if "." in told else int(told)
    except ValueError:
        return told or "N/A"


def _documents(cell: Cell) -> dict[str, int | None]:
    """All documents of the task, where known, and those that were scored."""
    scored = cell.documents_total
    whole = cell.task.documents if cell.settings.get("limit") is not None else None
    return {"original": whole if whole is not None else scored, "effective": scored}


def _arguments(cell: Cell) -> str:
    """``pretrained=…`` with what tells these weights from others; no path of this machine."""
    told = [f"pretrained={model_name(cell)}"]
    if "server" not in cell.made_with:
        told.append(f"dtype={cell.made_with.get('dtype', 'float32')}")
    if cell.checkpoint.revision != "main":
        told.append(f"revision={cell.checkpoint.revision}")
    return ",".join(told)


def _seeds(made: Mapping[str, Any], asked: Mapping[str, Any]) -> dict[str, Any]:
    seeds = made.get("seeds", {})
    return {
        "random_seed": seeds.get("python"),
        "numpy_seed": seeds.get("numpy"),
        "torch_seed": seeds.get("torch"),
        "fewshot_seed": seeds.get("fewshot", asked.get("seed")),
    }
