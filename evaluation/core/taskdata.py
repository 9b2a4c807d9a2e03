"""The data of a local task: where its files lie, how many documents they hold, and a hash of what decides a score."""

from __future__ import annotations

import csv
import functools
import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from evaluation.core.checkpoints import file_sha256
from evaluation.core.taskindex import FunctionRef, TaskFile, data_files, functions, locate

LARGEST_ARRAY = 64 * 2**20
"""Bytes of a JSON array that is read to be counted."""
NAMES = {"task", "task_alias", "tag", "group", "group_alias"}
"""Settings that only name a task: another name is no other task."""
RESHAPING = {"field", "names", "column_names", "skiprows", "skipfooter", "nrows"}
"""Loader settings by which a file holds other documents than its rows."""


def matches(name: str, path: Path) -> list[Path]:
    """The files that ``name`` in the task file ``path`` stands for, sorted, wildcards resolved; [] where none is."""
    place = locate(name, path)
    if place is None:
        return []
    if place.is_file():
        return [place]
    return sorted(file for file in Path("/").glob(str(place)[1:]) if file.is_file())


def outside(name: str, path: Path, roots: Iterable[Path]) -> bool:
    """Whether a data file lies outside all of ``roots``, links followed: a task may not show any file of a machine."""
    known = [root.resolve() for root in roots]
    files = [file.resolve() for file in matches(name, path)]
    return any(not any(file.is_relative_to(root) for root in known) for file in files)


def documents(config: dict[str, Any], split: str, path: Path) -> int | None:
    """Documents of one split of a task with local files, or None where its format does not tell."""
    kwargs = config.get("dataset_kwargs") or {}
    named = kwargs.get("data_files")
    listed = named.get(split) if isinstance(named, dict) else named
    names = [listed] if isinstance(listed, str) else listed
    if RESHAPING & set(kwargs) or not isinstance(names, list) or not names:
        return None
    counts = [count(file) for name in names for file in matches(str(name), path)]
    return sum(one for one in counts if one is not None) if counts and None not in counts else None


def count(file: Path) -> int | None:
    """Rows of a JSON, JSON-lines, CSV or Parquet file; None for other formats and for what cannot be read."""
    counter = {".jsonl": _lines, ".json": _json, ".csv": _csv, ".parquet": _parquet}.get(file.suffix.lower())
    try:
        return counter(file) if counter else None
    except (OSError, ValueError, RecursionError, csv.Error):
        return None


def _lines(file: Path) -> int:
    with file.open("rb") as stream:
        return sum(1 for line in stream if line.strip())


def _json(file: Path) -> int | None:
    with file.open("rb") as stream:
        if stream.read(1024).lstrip()[:1] != b"[":
            return _lines(file)
    if file.stat().st_size > LARGEST_ARRAY:
        return None
    return len(json.loads(file.read_bytes()))


def _csv(file: Path) -> int:
    with file.open(encoding="utf-8", newline="") as stream:
        return max(0, sum(1 for row in csv.reader(stream) if row) - 1)


def _parquet(file: Path) -> int:
    import pyarrow.parquet  # twenty megabytes of a worker, which most never need

    return int(pyarrow.parquet.read_metadata(file).num_rows)


def content_hash(found: TaskFile) -> str:
    """SHA-256 over a local task: its configuration with includes, the Python beside it that it names, and its data.

    Comments, names and places of files do not count, so that every node with a copy finds the same hash.
    """
    config = {name: value for name, value in found.config.items() if name not in NAMES}
    kwargs = {name: value for name, value in (config.pop("dataset_kwargs", None) or {}).items() if name != "data_files"}
    whole = {
        "config": config,
        "dataset_kwargs": kwargs,
        "data": list(_data(found)),
        "python": sorted({_file_hash(file) for ref in functions(found.config) for file in _modules(ref)}),
    }
    text = json.dumps(whole, sort_keys=True, separators=(",", ":"), default=_word)
    return hashlib.sha256(text.encode()).hexdigest()


def _data(found: TaskFile) -> Iterator[list[str]]:
    """For each data file the split that it is in, and its hash."""
    named = (found.config.get("dataset_kwargs") or {}).get("data_files")
    splits = named if isinstance(named, dict) else {"": named}
    for split, listed in splits.items():
        for name in data_files({**found.config, "dataset_kwargs": {"data_files": listed}}):
            yield from ([str(split), _file_hash(file)] for file in matches(name, found.path))
    folder = found.path.parent / str(found.config.get("dataset_path") or ".")
    if folder.is_dir() and folder.resolve().is_relative_to(found.root.resolve()) and folder != found.path.parent:
        yield from ([file.name, _file_hash(file)] for file in sorted(folder.rglob("*")) if file.is_file())


def _modules(ref: FunctionRef) -> list[Path]:
    """The Python files beside a task: one may import the other."""
    return sorted(ref.folder.glob("*.py")) if ref.file().is_file() else []


def _file_hash(file: Path) -> str:
    state = file.stat()
    return _hash_of(file, state.st_mtime_ns, state.st_size)


@functools.lru_cache(maxsize=4096)
def _hash_of(file: Path, _changed: int, _size: int) -> str:
    return file_sha256(file)


def _word(value: Any) -> str:
    return f"!function {value.name}" if isinstance(value, FunctionRef) else str(value)
