"""Measure the shipped models on the shipped tasks with the project's own runner: `python -m reference.measure`.

Writes measured.csv, from which the cards are made.
"""

import csv
import json
import math
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as parquet

from reference.catalog import MODELS, ROOT
from reference.exercises import KINDS
from reference.families import ABOUT, About
from reference.taskdata import PREFIX

SCORES = ROOT / "measured.csv"
COLUMNS = ("model_slug", "task", "num_fewshot", "metric", "value", "stderr", "documents")
SHOTS = (0, 5)
CHOICE_TASKS = tuple(f"{PREFIX}{kind.name}" for kind in KINDS)
WRITTEN_TASK = f"{PREFIX}arithmetic_gen"

Cell = tuple[str, int]


class NotMeasuredError(RuntimeError):
    """The runner could not score a cell."""


@dataclass(frozen=True)
class Measured:
    """One score and what it is the mean of: for each document in order, 1.0 where the model was right."""

    metric: str
    outcomes: tuple[float, ...]

    @property
    def value(self) -> float:
        """The share of right answers."""
        return sum(self.outcomes) / len(self.outcomes)

    @property
    def stderr(self) -> float:
        """The standard error of the share, as lm-eval computes it."""
        return math.sqrt(self.value * (1 - self.value) / (len(self.outcomes) - 1))


def measure(about: About, folder: Path, tasks: Path, cells: list[Cell], out: Path) -> dict[Cell, Measured]:
    """Score the checkpoint in a folder on tasks in another."""
    out.mkdir(parents=True, exist_ok=True)
    names = {f"{task}-{shots}": (task, shots) for task, shots in cells}
    spec = {
        "run": about.slug,
        "model": {"architecture_family": about.architecture_family, "path": str(folder.resolve())},
        "cells": [{"cell": name, "task": task, "num_fewshot": shots} for name, (task, shots) in names.items()],
        "out": str(out), "batch_size": "128", "task_dirs": [str(tasks.resolve())],
    }  # fmt: skip
    file = out / "spec.json"
    file.write_text(json.dumps(spec), encoding="utf-8")
    command = [sys.executable, "-m", "evaluation.runner", str(file), "--out", str(out)]
    ended = subprocess.run(command, cwd=ROOT.parent, check=False, capture_output=True, text=True)
    events = [json.loads(line) for line in ended.stdout.splitlines()]
    failed = [event["reason"] for event in events if event["kind"] == "failed"]
    if failed or ended.returncode:
        raise NotMeasuredError(f"{about.slug}: {failed or ended.stderr[-2000:]}")
    return {
        names[event["cell"]]: read_outcomes(out / event["outcomes"]["file"])
        for event in events
        if event["kind"] == "samples"
    }


def read_outcomes(file: Path) -> Measured:
    """The one metric of a sample file."""
    table = parquet.read_table(file)
    column = next(name for name in table.column_names if name.startswith("metric."))
    rows = sorted(table.select(["doc_id", column]).to_pylist(), key=lambda row: row["doc_id"])
    return Measured(column.removeprefix("metric."), tuple(float(row[column]) for row in rows))


def cells_of(about: About) -> list[Cell]:
    """What a model can sit: one that cannot write text leaves out the task that asks for it."""
    tasks = CHOICE_TASKS if about.architecture_family == "encoder-only" else (*CHOICE_TASKS, WRITTEN_TASK)
    return [(task, shots) for task in tasks for shots in SHOTS]


def main() -> None:
    """Measure everything that is shipped."""
    with SCORES.open("w", encoding="utf-8", newline="") as file, tempfile.TemporaryDirectory() as folder:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for about in ABOUT.values():
            scores = measure(about, MODELS / about.slug, ROOT / "tasks", cells_of(about), Path(folder) / about.slug)
            for (task, shots), score in scores.items():
                row = (score.metric, f"{score.value:.4f}", f"{score.stderr:.4f}", len(score.outcomes))
                writer.writerow((about.slug, task, shots, *row))
                print(about.slug, task, shots, *row, flush=True)


if __name__ == "__main__":
    main()
