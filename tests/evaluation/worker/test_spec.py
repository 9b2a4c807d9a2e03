"""What a run's runner is allowed."""

from pathlib import Path

import pytest

from evaluation.actions import Lease
from evaluation.worker.spec import run_spec
from tests.checkpoint_files import write_checkpoint
from tests.factories import make_card, make_cell, make_checkpoint, make_run, make_task

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("allowed", [False, True])
def test_python_of_task_directories_runs_only_by_the_administrators_leave(settings, tmp_path: Path, allowed):
    """Not even in a run that holds a task of the harness with functions of its own."""
    listed = [str(tmp_path)] if allowed else []
    settings.HUB_CHECKPOINT_DIRS, settings.HUB_PYTHON_TASK_DIRS = [tmp_path], listed
    write_checkpoint(tmp_path / "oak")
    run = make_run(make_checkpoint(make_card("oak"), path="oak"), "running")
    tasks = [make_task("hellaswag", python_code=True), make_task("own", directory=str(tmp_path))]
    cells = [make_cell(run.checkpoint, task, run=run) for task in tasks]
    spec = run_spec(Lease(run.pk, 1, "node/cpu"), run, cells, "cpu", tmp_path)
    assert spec.python_task_dirs == listed
