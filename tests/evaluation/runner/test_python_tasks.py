"""Python that tasks bring: the harness's own is installed and runs, a task directory's needs leave, cell by cell."""

from pathlib import Path

import pytest

from evaluation.core.protocol import ModelSpec, RunSpec

pytestmark = pytest.mark.slow


def checked(name: str, folder: Path, *, allowed: bool) -> None:
    from evaluation.runner.tasks import Tasks, check

    model = ModelSpec("decoder-only", path="oak")
    spec = RunSpec(run="r", model=model, cells=[], out="out", task_dirs=[str(folder)], allow_python_tasks=allowed)
    check(Tasks().find(name, [folder]), spec)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    (tmp_path / "own.yaml").write_text("task: own\noutput_type: multiple_choice\nprocess_docs: !function code.docs\n")
    (tmp_path / "code.py").write_text("def docs(rows):\n    return rows\n")
    return tmp_path


def test_a_task_of_the_harness_needs_no_leave_for_its_functions(own):
    checked("hellaswag", own, allowed=False)


def test_a_task_of_a_directory_needs_leave_also_beside_one_of_the_harness(own):
    from evaluation.runner.failures import ScoringError

    with pytest.raises(ScoringError, match="brings Python code"):
        checked("own", own, allowed=False)
    checked("own", own, allowed=True)
