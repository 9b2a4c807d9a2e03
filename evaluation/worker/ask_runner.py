"""Questions to the runner program that need no checkpoint: what this machine is, and which tasks there are."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from evaluation.core.tasklist import list_tasks
from evaluation.files import weights_ledger
from evaluation.worker.runner_process import runner_command, runner_environment

DESCRIBE_SECONDS = 300
LIST_SECONDS = 1800
SHRINK_SECONDS = 1800


class RunnerUnusable(Exception):  # noqa: N818
    """The runner program does not answer; the text is a sentence for an administrator."""


def describe() -> dict[str, Any]:
    """``versions``, ``devices`` and ``hub`` (``downloads``, ``token``) of this machine. Raises ``RunnerUnusable``."""
    said = _ask(["--describe"], DESCRIBE_SECONDS)
    try:
        described = json.loads(said)
        hub = {"downloads": False, "token": False, **described.get("hub", {})}
        return {"versions": described["versions"], "devices": described["devices"], "hub": hub}
    except (ValueError, KeyError, TypeError) as error:
        raise RunnerUnusable(f"The runner did not describe this machine: {error}.") from error


def shrink_weights(dry_run: bool = False) -> tuple[int, int]:
    """Have the runner remove fetched weights beyond ``HUB_WEIGHTS_GB``: how many went, or would go, and their bytes.

    Raises ``RunnerUnusable``.
    """
    options = ["--shrink", "--ledger", str(weights_ledger()), "--most", str(settings.HUB_WEIGHTS_GB * 2**30)]
    try:
        told = json.loads(_ask([*options, *(["--dry-run"] if dry_run else [])], SHRINK_SECONDS))
        return int(told["count"]), int(told["bytes"])
    except (ValueError, KeyError, TypeError) as error:
        raise RunnerUnusable(f"The runner did not say which weights went: {error}.") from error


def every_task() -> Iterator[dict[str, Any]]:
    """All tasks of the harness and of the task directories. Raises ``RunnerUnusable``."""
    with tempfile.TemporaryDirectory(prefix="tasks-") as folder:
        out = Path(folder) / "tasks.jsonl"
        options = [part for directory in task_directories() for part in ("--task-dir", str(directory))]
        _ask(["--list-tasks", *options, "--out", str(out)], LIST_SECONDS)
        with out.open(encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)


def shipped_tasks() -> Iterator[dict[str, Any]]:
    """Tasks of the task directories alone; read here, since their YAML needs no harness and people wait for it."""
    with tempfile.TemporaryDirectory(prefix="tasks-") as empty:
        for row in list_tasks(Path(empty), task_directories(), Path(empty)):
            yield vars(row)


def task_directories() -> list[Path]:
    """Those of ``HUB_TASK_DIRS`` that exist."""
    return [Path(folder) for folder in settings.HUB_TASK_DIRS if Path(folder).is_dir()]


def _ask(options: list[str], seconds: float) -> str:
    command = [*runner_command(), *options]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds,
            cwd=settings.BASE_DIR,
            env=runner_environment(),
            check=True,
        )
    except subprocess.TimeoutExpired:
        raise RunnerUnusable(f"The runner did not answer {options[0]} within {seconds} s.") from None
    except subprocess.CalledProcessError as error:
        last = (error.stderr or "").strip().splitlines()[-1:] or ["no word why"]
        raise RunnerUnusable(f"The runner failed on {options[0]}: {last[0]}") from None
    except OSError as error:
        raise RunnerUnusable(f"The runner cannot be started: {error}.") from None
    return done.stdout
