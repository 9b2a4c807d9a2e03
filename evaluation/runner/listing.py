"""Writes the task list. lm-eval is only located, not imported, so that this takes seconds."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path

from evaluation.core.hubcache import datasets_cache
from evaluation.core.tasklist import list_tasks


def harness_tasks() -> Path:
    """The directory of lm-eval's own tasks."""
    spec = find_spec("lm_eval")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("lm-eval is not installed")
    return Path(spec.submodule_search_locations[0]) / "tasks"


def write_listing(folders: list[Path], out: str | None) -> int:
    """Write one JSON object a line to the file ``out``, or to standard output; gives the exit status."""
    if absent := [str(folder) for folder in folders if not folder.is_dir()]:
        print(f"There is no task directory {absent[0]}.", file=sys.stderr)
        return 2
    rows = list_tasks(harness_tasks(), folders, datasets_cache())
    lines = "".join(json.dumps(asdict(row), ensure_ascii=False) + "\n" for row in rows)
    if out:
        Path(out).write_text(lines, encoding="utf-8")
    else:
        sys.stdout.write(lines)
    return 0
