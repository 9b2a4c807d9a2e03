"""Reads lm-eval's task YAML without lm-eval: nothing is imported and no ``!function`` is resolved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

FILE_LOADERS = {"arrow", "csv", "json", "parquet", "text", "xml"}
"""Values of ``dataset_path`` that read the files of ``data_files`` instead of a hub's data set."""
IGNORED = {"__pycache__", ".ipynb_checkpoints"}


class TaskFileError(ValueError):
    """A task file that cannot be read; the text names file and reason."""


@dataclass(frozen=True)
class FunctionRef:
    """A ``!function module.name`` of a YAML file, not resolved. ``folder`` is where the file lies."""

    folder: Path
    name: str

    def file(self) -> Path:
        """The Python file beside the YAML that it would come from, whether or not it exists."""
        module = self.name.rpartition(".")[0]
        return (self.folder / f"{module.replace('.', '/')}.py").resolve()


@dataclass(frozen=True)
class TaskFile:
    """One YAML file's configuration, includes merged. ``root`` is the task directory it was found in."""

    path: Path
    root: Path
    config: dict[str, Any] = field(hash=False)

    @property
    def name(self) -> str:
        """The task's or group's name; "" for a file that only others include."""
        named = self.config.get("group" if self.kind == "group" else "task")
        return "" if named is None or isinstance(named, (list, dict)) else str(named)

    @property
    def kind(self) -> str:
        """``task`` or ``group``."""
        return "group" if "group" in self.config and "class" not in self.config else "task"


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    folder: Path


def _function(loader: _Loader, node: yaml.ScalarNode) -> FunctionRef:
    return FunctionRef(loader.folder, str(loader.construct_scalar(node)))


_Loader.add_constructor("!function", _function)


def read_yaml(
    path: Path, cache: dict[Path, dict[str, Any]] | None = None, _above: frozenset[Path] = frozenset()
) -> dict[str, Any]:
    """The configuration of a task file, its includes under it. Raises TaskFileError.

    ``cache`` keeps what was read, for files that many others include.
    """
    path = path.resolve()
    if path in _above:
        raise TaskFileError(f"{path}: includes itself.")
    if cache is not None and path in cache:
        return dict(cache[path])
    own = _read(path)
    included = own.pop("include", None) or []
    merged: dict[str, Any] = {}
    for name in included if isinstance(included, list) else [included]:
        below = read_yaml(path.parent / str(name), cache, _above | {path})
        below.pop("task_list", None)
        merged.update(below)
    merged.update(own)
    if cache is not None:
        cache[path] = dict(merged)
    return merged


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as stream:
            loader = _Loader(stream)
            loader.folder = path.parent
            try:
                data = loader.get_single_data()
            finally:
                loader.dispose()
    except (OSError, yaml.YAMLError, ValueError, RecursionError) as error:
        raise TaskFileError(f"{path}: {error}") from None
    if not isinstance(data, dict):
        raise TaskFileError(f"{path}: holds no mapping.")
    return data


def task_files(root: Path) -> Iterator[Path]:
    """The YAML files below ``root``, sorted, as lm-eval takes them."""
    yield from sorted(path for path in root.glob("**/*.yaml") if not IGNORED & set(path.parts))


def find_task(name: str, roots: list[Path]) -> TaskFile | None:
    """The file that defines task or group ``name``, in the first of ``roots`` that has one.

    Only files whose text says ``task: name`` or ``group: name`` are parsed, so that 14,000 files take a second.
    """
    says = re.compile(
        rb"^(?:task|group)[ \t]*:[ \t]*([\"']?)" + re.escape(name).encode() + rb"\1[ \t]*(?:#.*)?\r?$", re.M
    )
    for root in roots:
        for path in task_files(root):
            if says.search(path.read_bytes()):
                found = TaskFile(path, root, read_yaml(path))
                if found.name == name:
                    return found
    return None


def functions(value: Any) -> list[FunctionRef]:
    """Every ``!function`` in a configuration."""
    if isinstance(value, FunctionRef):
        return [value]
    if isinstance(value, dict):
        return [ref for item in value.values() for ref in functions(item)]
    if isinstance(value, list):
        return [ref for item in value for ref in functions(item)]
    return []


def data_files(config: dict[str, Any]) -> list[str]:
    """The local files that a configuration names as its data; [] where the data is a hub's data set."""
    if config.get("dataset_path") not in FILE_LOADERS:
        return []
    named = (config.get("dataset_kwargs") or {}).get("data_files")
    groups = named.values() if isinstance(named, dict) else [named]
    flat = [one for group in groups for one in (group if isinstance(group, list) else [group])]
    return [one for one in flat if isinstance(one, str) and "://" not in one]


def locate(name: str, path: Path) -> Path | None:
    """Where the data file ``name`` of the task file ``path`` lies: as given, or below the YAML's folder or one above.

    lm-eval takes such names relative to where it was started; a runner may be started anywhere.
    """
    if Path(name).is_absolute():
        return Path(name) if _any_file(Path(name)) else None
    places = [*path.resolve().parents, Path.cwd()]
    return next((place / name for place in places if _any_file(place / name)), None)


def _any_file(path: Path) -> bool:
    """Whether ``path``, which may hold wildcards, is a file."""
    return path.is_file() or ("*" in str(path) and any(file.is_file() for file in Path("/").glob(str(path)[1:])))
