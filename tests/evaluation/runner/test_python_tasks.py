"""Python that tasks bring: the harness's own is installed and runs, a task directory's needs leave, cell by cell."""

from pathlib import Path

import pytest

from evaluation.core.protocol import ModelSpec, RunSpec

pytestmark = pytest.mark.slow


def checked(name: str, folder: Path, *, allowed: bool) -> None:
    from evaluation.runner.tasks import Tasks, check

    model = ModelSpec("decoder-only", path="oak")
    listed = [str(folder)] if allowed else []
    spec = RunSpec(run="r", model=model, cells=[], out="out", task_dirs=[str(folder)], python_task_dirs=listed)
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


def test_python_outside_the_listed_directory_is_refused(own, tmp_path_factory):
    from evaluation.runner.failures import ScoringError

    other = tmp_path_factory.mktemp("other")
    (other / "far.yaml").write_text(f"include: {own / 'own.yaml'}\ntask: far\nprocess_docs: !function ..os.getcwd\n")
    with pytest.raises(ScoringError, match="brings Python code"):
        checked("far", other, allowed=True)


def test_data_outside_the_task_directories_is_refused(own, tmp_path_factory):
    from evaluation.runner.failures import ScoringError

    secret = tmp_path_factory.mktemp("secret") / "secret.jsonl"
    secret.write_text('{"q": 1}\n')
    (own / "link.jsonl").symlink_to(secret)
    for name, file in (("away", secret), ("linked", own / "link.jsonl")):
        data = f"{{data_files: {{test: {file}}}}}"
        (own / f"{name}.yaml").write_text(f"task: {name}\ndataset_path: json\ndataset_kwargs: {data}\n")
        with pytest.raises(ScoringError, match="outside the task directories"):
            checked(name, own, allowed=False)


def test_a_prompt_template_reaches_no_python():
    from jinja2.exceptions import SecurityError
    from lm_eval.utils import apply_template

    import evaluation.runner.tasks  # noqa: F401

    assert apply_template("{{q|trim}} {{'a-b'|regex_replace('-', '+')}}\n", {"q": " why "}) == "why a+b\n"
    with pytest.raises(SecurityError):
        apply_template("{{ ''.__class__.__mro__ }}", {})
