"""Every task, group and tag of some task directories, as rows for the database: what it is, and whether it can run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evaluation.core.groups import read_rules
from evaluation.core.hubcache import cached_info
from evaluation.core.passages import stated_field
from evaluation.core.taskdata import content_hash, documents, outside
from evaluation.core.taskindex import (
    TaskFile,
    TaskFileError,
    data_files,
    functions,
    locate,
    read_yaml,
    task_files,
)

DEFAULT_METRICS = {
    "generate_until": ["exact_match"],
    "loglikelihood": ["perplexity", "acc"],
    "loglikelihood_rolling": ["word_perplexity", "byte_perplexity", "bits_per_byte"],
    "multiple_choice": ["acc", "acc_norm"],
}
"""What lm-eval measures where a task names no metric."""
GROUP_SETTINGS = {"group", "group_alias", "task", "aggregate_metric_list", "metadata", "tag"}
"""What a group says of itself; all else it gives its parts."""


@dataclass
class TaskRow:
    """One task, group or tag. ``data_reason`` says why ``data_ready`` is false; ``fixed_fewshot`` is 0 or None.

    Of a group: ``aggregates`` as lm-eval's ``aggregate_metric_list``, ``altered`` the settings that it gives its parts
    in place of their own. ``passage_field`` as in ``passages``. ``content``: hash of a task that is not the harness's
    (``taskdata.content_hash``).
    """

    name: str
    kind: str
    members: list[str] = field(default_factory=list)
    shipped: bool = False
    directory: str = ""
    description: str = ""
    output_type: str = ""
    dataset: str = ""
    fixed_fewshot: int | None = None
    metrics: list[str] = field(default_factory=list)
    runs_code: bool = False
    python_code: bool = False
    documents: int | None = None
    data_ready: bool = False
    data_reason: str = ""
    version: str = ""
    aggregates: list[dict[str, Any]] = field(default_factory=list)
    altered: list[str] = field(default_factory=list)
    content: str = ""
    passage_field: str = ""


def list_tasks(harness: Path, folders: list[Path], cache: Path) -> list[TaskRow]:
    """All rows, sorted by name. A task of ``folders`` takes the place of one of ``harness`` with the same name; of the
    folders the first wins, as it does when the task is run.
    """
    rows: dict[str, TaskRow] = {}
    tags: dict[str, set[str]] = {}
    for root in (harness, *reversed(folders)):
        of_root: dict[str, TaskRow] = {}
        for found in _named_files(root):
            if found.name not in of_root:
                row = task_row(found, cache) if found.kind == "task" else group_row(found)
                if root is not harness:
                    _local(row, found, root, folders)
                of_root[found.name] = row
                for tag in _texts(found.config.get("tag")) if found.kind == "task" else []:
                    tags.setdefault(tag, set()).add(found.name)
        rows.update(of_root)
    for tag, members in tags.items():
        rows.setdefault(tag, TaskRow(tag, "tag", sorted(members)))
    for row in rows.values():
        if row.kind != "task":
            _gather(row, rows)
    return [rows[name] for name in sorted(rows)]


def task_row(found: TaskFile, cache: Path) -> TaskRow:
    """The row of one task file."""
    config = found.config
    is_class = "class" in config
    output_type = "" if is_class else str(config.get("output_type") or "generate_until")
    metadata = config.get("metadata")
    row = TaskRow(
        name=found.name,
        kind="task",
        description=str(config.get("task_alias") or ""),
        output_type=output_type,
        dataset=_dataset(config),
        fixed_fewshot=0 if config.get("num_fewshot") == 0 else None,
        metrics=_metrics(config) or DEFAULT_METRICS.get(output_type, []),
        runs_code=bool(config.get("unsafe_code")),
        python_code=is_class or bool(functions(config)) or _hub_metric(config),
        version=str(metadata.get("version", "")) if isinstance(metadata, dict) else "",
        passage_field=stated_field(config, found.name),
    )
    row.documents, row.data_reason = data_state(found, cache)
    row.data_ready = not row.data_reason
    return row


def group_row(found: TaskFile) -> TaskRow:
    """The row of one group file."""
    alias = str(found.config.get("group_alias") or "")
    rules = [
        {
            "metric": rule.metric,
            "filter_list": rule.filters and list(rule.filters),
            "weight_by_size": rule.weight_by_size,
        }
        for rule in read_rules(found.config.get("aggregate_metric_list") or [])
    ]
    altered = sorted(set(_altered(found.config)))
    members = list(_members(found.config))
    return TaskRow(found.name, "group", members, description=alias, aggregates=rules, altered=altered)


def _local(row: TaskRow, found: TaskFile, root: Path, folders: list[Path]) -> None:
    """What only a task of a site's own directory has. Its data must lie in one of these directories."""
    row.shipped, row.directory = True, str(root)
    if row.kind != "task":
        return
    away = [name for name in data_files(found.config) if outside(name, found.path, folders)]
    if away and row.data_ready:
        row.data_ready, row.documents = False, None
        row.data_reason = f"The data file {away[0]} lies outside the task directories of this site."
    row.content = content_hash(found) if row.data_ready else ""


def data_state(found: TaskFile, cache: Path) -> tuple[int | None, str]:
    """Number of documents where it is known, and why the data is not on this machine ("": it is)."""
    config = found.config
    split = str(config.get("test_split") or config.get("validation_split") or "")
    if "class" in config or "custom_dataset" in config:
        return None, "Python code of the task decides which data it needs."
    if names := data_files(config):
        places = {name: locate(name, found.path) for name in names}
        if absent := [name for name, place in places.items() if place is None]:
            return None, f"The data file {absent[0]} is not on this machine."
        return documents(config, split, found.path), ""
    path = str(config.get("dataset_path") or "")
    if not path:
        return None, "The task names no data set."
    if (found.path.parent / path).is_dir():
        return None, ""
    info = cached_info(path, config.get("dataset_name"), cache)
    if info is None:
        return None, f"The data set {path} is not on this machine."
    size = (info.get("splits") or {}).get(split, {}).get("num_examples")
    return size if isinstance(size, int) else None, ""


def _named_files(root: Path) -> Iterator[TaskFile]:
    """Files of ``root`` that define something; those that cannot be read are lm-eval's to skip, and ours."""
    cache: dict[Path, dict[str, Any]] = {}
    for path in task_files(root):
        try:
            found = TaskFile(path, root, read_yaml(path, cache))
        except TaskFileError:
            continue
        if found.name:
            yield found


def _gather(row: TaskRow, rows: dict[str, TaskRow]) -> None:
    """Fill in what a group or tag has from its tasks."""
    tasks = list(_tasks_below(row, rows, set()))
    ready = [task for task in tasks if task.data_ready]
    row.shipped = row.shipped or (bool(tasks) and all(task.shipped for task in tasks))
    row.runs_code = any(task.runs_code for task in tasks)
    row.python_code = any(task.python_code for task in tasks)
    row.data_ready = bool(tasks) and len(ready) == len(tasks)
    if not row.data_ready:
        row.data_reason = f"{len(ready)} of its {len(tasks)} tasks have their data on this machine."
    elif all(task.documents is not None for task in tasks):
        row.documents = sum(task.documents or 0 for task in tasks)


def _tasks_below(row: TaskRow, rows: dict[str, TaskRow], above: set[str]) -> Iterator[TaskRow]:
    above.add(row.name)
    for name in row.members:
        member = rows.get(name)
        if member is None or name in above:
            continue
        if member.kind == "task":
            yield member
        else:
            yield from _tasks_below(member, rows, above)


def _members(config: dict[str, Any]) -> Iterator[str]:
    """Names in a group's ``task`` list; those of a group defined inside it are taken up in its place."""
    listed = config.get("task")
    for item in listed if isinstance(listed, list) else []:
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict) and isinstance(item.get("task"), list):
            yield from _members(item)
        elif isinstance(item, dict):
            yield from _texts(item.get("task") or item.get("group"))


def _altered(config: dict[str, Any]) -> Iterator[str]:
    """Settings that a group gives its parts in place of their own; another name to be shown by is none."""
    yield from set(config) - GROUP_SETTINGS
    listed = config.get("task")
    for item in listed if isinstance(listed, list) else []:
        if isinstance(item, dict) and isinstance(item.get("task"), list):
            yield from _altered(item)
        elif isinstance(item, dict):
            yield from set(item) - {"task", "task_alias", "group", "group_alias"}


def _metrics(config: dict[str, Any]) -> list[str]:
    entries = config.get("metric_list")
    named = [entry.get("metric") for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    return [one if isinstance(one, str) else str(getattr(one, "name", one)).rpartition(".")[2] for one in named if one]


def _hub_metric(config: dict[str, Any]) -> bool:
    """Whether a metric is fetched as code from the hub (``hf_evaluate``)."""
    entries = config.get("metric_list")
    return isinstance(entries, list) and any(isinstance(one, dict) and one.get("hf_evaluate") for one in entries)


def _dataset(config: dict[str, Any]) -> str:
    path, name = config.get("dataset_path"), config.get("dataset_name")
    files = data_files(config)
    return (", ".join(files) if files else "/".join(str(part) for part in (path, name) if part))[:300]


def _texts(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [one for one in value or [] if isinstance(one, str)]
