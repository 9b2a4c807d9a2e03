"""Finds a task, decides whether it may run here, and loads it with its data."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

import lm_eval
import lm_eval.utils
from jinja2.sandbox import SandboxedEnvironment
from lm_eval.tasks import TaskManager
from lm_eval.tasks._yaml_loader import load_yaml

from evaluation.core.protocol import RunSpec
from evaluation.core.taskdata import content_hash, outside
from evaluation.core.taskindex import FunctionRef, TaskFile, TaskFileError, data_files, find_task, functions, locate
from evaluation.runner.failures import ScoringError, explain, out_of_memory

HARNESS = Path(lm_eval.__file__).parent / "tasks"
_templates = lm_eval.utils.env
lm_eval.utils.env = SandboxedEnvironment(undefined=_templates.undefined, keep_trailing_newline=True)
lm_eval.utils.env.filters.update(_templates.filters)
"""Prompts of a task are Jinja templates, which reach all of Python unless they are kept from it."""
DATA_ERRORS = {"DatasetNotFoundError", "DatasetGenerationError", "DataFilesNotFoundError", "OfflineModeIsEnabled"}


class Tasks:
    """Loads tasks by name. lm-eval's own manager is built once, without its default index."""

    def __init__(self) -> None:
        self._contents: dict[str, str] = {}

    def content(self, name: str) -> str:
        """The content hash of a local task as it was loaded last; blank for one of the harness."""
        return self._contents.get(name, "")

    @cached_property
    def _manager(self) -> TaskManager:
        return TaskManager(include_defaults=False)

    def load(self, name: str, spec: RunSpec) -> Any:
        """lm-eval's task object, its data read. Raises ScoringError with cause task, data or refused."""
        found = self.find(name, [Path(folder) for folder in spec.task_dirs])
        check(found, spec)
        self._contents[name] = "" if found.root == HARNESS else content_hash(found)
        config = self._resolved(found)
        config["metadata"] = _metadata(config, spec)
        try:
            loaded = self._manager.load([config])["tasks"]
        except Exception as error:
            raise _cannot_load(name, config, error) from error
        task = next(iter(loaded.values()))
        if (getattr(task, "UNSAFE_CODE", False)) and not spec.allow_generated_code:
            raise runs_code(name)
        if getattr(task, "MULTIMODAL", False):
            raise ScoringError("refused", f"Task {name} shows images or sound, which no model here takes.")
        return task

    def find(self, name: str, folders: list[Path]) -> TaskFile:
        """The file of task ``name``: the given directories first, then the harness. Raises ScoringError."""
        try:
            found = find_task(name, [folder for folder in folders if folder.is_dir()]) or find_task(name, [HARNESS])
        except TaskFileError as error:
            raise ScoringError("task", str(error)) from None
        if found is None:
            raise ScoringError("task", f"No task is named {name!r}, neither in the task directories nor in lm-eval.")
        if found.kind == "group":
            raise ScoringError("task", f"{name} is a group of tasks; ask for its members.")
        return found

    def _resolved(self, found: TaskFile) -> dict[str, Any]:
        try:
            config: dict[str, Any] = load_yaml(found.path, resolve_func=True)
        except Exception as error:
            raise ScoringError("task", f"Task {found.name} cannot be read: {explain(error).reason}") from error
        kwargs = config.get("dataset_kwargs") or {}
        if data_files(config):
            config["dataset_kwargs"] = {**kwargs, "data_files": absolute(kwargs["data_files"], found.path)}
        return config


def check(found: TaskFile, spec: RunSpec) -> None:
    """Raise ScoringError when the task needs code that is not allowed, or a data file that is not there."""
    if found.config.get("unsafe_code") and not spec.allow_generated_code:
        raise runs_code(found.name)
    allowed = [Path(folder).resolve() for folder in spec.python_task_dirs]
    for ref in functions(found.config):
        if of_harness(ref):
            continue
        if not (ref.file().is_file() and any(ref.file().is_relative_to(root) for root in allowed)):
            raise ScoringError(
                "refused",
                f"Task {found.name} brings Python code ({ref.name}), which only tasks of directories may "
                "that an administrator listed for it (HUB_PYTHON_TASK_DIRS).",
            )
    for name in data_files(found.config):
        if locate(name, found.path) is None:
            raise ScoringError("data", f"Task {found.name} needs the data file {name}, which is not on this machine.")
        if found.root != HARNESS and outside(name, found.path, map(Path, spec.task_dirs)):
            raise ScoringError("refused", f"Task {found.name} names {name}, which lies outside the task directories.")


def of_harness(ref: FunctionRef) -> bool:
    """Whether a function is lm-eval's own: part of what was installed, so it needs no leave."""
    return ref.file().is_relative_to(HARNESS.resolve()) if ref.file().is_file() else ref.name.startswith("lm_eval.")


def absolute(named: Any, path: Path) -> Any:
    """``data_files`` with every local name made absolute, so that the working directory does not matter."""
    if isinstance(named, dict):
        return {key: absolute(value, path) for key, value in named.items()}
    if isinstance(named, list):
        return [absolute(value, path) for value in named]
    return str(locate(named, path) or named)


def runs_code(name: str) -> ScoringError:
    """The refusal of a task that executes what a model wrote."""
    return ScoringError("refused", f"Task {name} runs code that the model generates; an administrator must allow that.")


def _metadata(config: dict[str, Any], spec: RunSpec) -> dict[str, Any]:
    """Task metadata; data sets that Python code makes get the model's arguments in it, as from lm-eval's command."""
    metadata = dict(config.get("metadata") or {})
    if "custom_dataset" in config:
        metadata |= {"pretrained": spec.model.path or spec.model.repo_id, "dtype": spec.model.dtype}
    return metadata


def _cannot_load(name: str, config: dict[str, Any], error: Exception) -> ScoringError:
    if out_of_memory(error):
        return explain(error)
    missing = isinstance(error, (FileNotFoundError, ConnectionError)) or type(error).__name__ in DATA_ERRORS
    if missing:
        data = data_files(config) or [config.get("dataset_path", "its data set")]
        return ScoringError("data", f"Task {name} needs {data[0]}, which cannot be read here: {explain(error).reason}")
    return ScoringError("task", f"Task {name} cannot be loaded: {explain(error).reason}")
