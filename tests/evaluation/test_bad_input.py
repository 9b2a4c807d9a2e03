"""Hostile input by the ways that people have: a sweep, a task's YAML, uploads. Told in words, and nothing is kept."""

from __future__ import annotations

import json
import tracemalloc
from io import RawIOBase, StringIO
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from evaluation.actions.refuse import task_refusal
from evaluation.models import Cell, Evaluation, ResultImport, Score, Task
from modelcards.models import ModelCard
from tests.evaluation.actions.conftest import runnable, woken  # noqa: F401
from tests.evaluation.results.files import new_results, old_results
from tests.factories import make_user

pytestmark = pytest.mark.django_db
GIGABYTE = 2**30
NAMES = [f"m{number}" for number in range(1000)]
UPLOAD = "/evaluations/import/"


def nothing_is_queued() -> bool:
    return not Evaluation.objects.exists() and not Cell.objects.exists()


# A sweep, and the same in a request.


@pytest.fixture
def sweep(tmp_path: Path) -> Path:
    make_user("admin", is_superuser=True)
    return tmp_path / "sweep.yaml"


def refused(sweep: Path) -> str:
    with pytest.raises(CommandError) as error:
        call_command("evaluate", "--file", str(sweep), stdout=StringIO())
    assert error.value.returncode == 2
    assert nothing_is_queued()
    return str(error.value)


def test_a_sweep_of_a_billion_cells_is_refused_with_its_lines(sweep):
    shots = list(range(100))
    sweep.write_text(f"models: {NAMES}\ntasks: {NAMES}\nnum_fewshot: {shots}\nseed: {list(range(10))}\n")
    assert refused(sweep).splitlines() == [
        f"{sweep}:1: models: Names 1000, at most 500 go into one evaluation.",
        f"{sweep}:2: tasks: Names 1000, at most 500 go into one evaluation.",
        f"{sweep}:3: num_fewshot: Lists 100 shot counts, at most 10 go into one evaluation.",
    ]


def test_a_sweep_of_a_gigabyte_is_not_read(sweep):
    with sweep.open("wb") as file:
        file.truncate(GIGABYTE)
    tracemalloc.start()
    said = refused(sweep)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "a sweep has at most 262144" in said
    assert most < 20 * 2**20


def test_millions_of_cells_over_rest_and_from_the_form_are_refused_by_field(signed_in):
    browser, asked = signed_in(make_user()), {"models": NAMES[:500], "tasks": NAMES[:500], "num_fewshot": [*range(10)]}
    asked["seed"] = asked["num_fewshot"]
    answer = browser.post("/api/v1/evaluations", json.dumps(asked), content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert "25000000 cells" in answer.json()["errors"]["tasks"][0]
    page = browser.post("/evaluations/new/", {name: ",".join(map(str, value)) for name, value in asked.items()})
    assert page.status_code == 422
    assert "25000000 cells" in page.content.decode()
    assert nothing_is_queued()


def test_unknown_keys_over_rest_are_named(signed_in):
    asked = {"models": ["oak"], "tasks": ["cloze"], "num_shots": [5], "eval": "import os"}
    answer = signed_in(make_user()).post("/api/v1/evaluations", json.dumps(asked), content_type="application/json")
    assert answer.status_code == 422
    assert {"num_shots", "eval"} <= answer.json()["errors"].keys()
    assert nothing_is_queued()


# A task's YAML that names Python.


@pytest.fixture
def odd_task(settings, tmp_path: Path) -> Path:
    """A directory with a task whose code leaves a mark wherever it is imported; gives where the mark would be."""
    folder, mark = tmp_path / "tasks", tmp_path / "imported"
    folder.mkdir()
    (folder / "rows.jsonl").write_text('{"q": "a", "a": "b"}\n')
    (folder / "code.py").write_text(f"open({str(mark)!r}, 'w')\ndef docs(rows): return rows\n")
    (folder / "odd.yaml").write_text(
        "task: odd\ndataset_path: json\ndataset_kwargs: {data_files: {test: rows.jsonl}}\ntest_split: test\n"
        "output_type: multiple_choice\nprocess_docs: !function code.docs\ndoc_to_text: !function os.system\n"
    )
    settings.HUB_TASK_DIRS = [folder]
    call_command("sync_tasks", "--shipped-only", "--node", "here", stdout=StringIO())
    return mark


def test_a_task_that_names_functions_is_listed_and_refused_and_none_is_imported(odd_task, runnable, signed_in):  # noqa: F811
    runnable("oak")
    assert Task.objects.get(name="odd").python_code
    browser = signed_in(make_user())
    answer = browser.post("/evaluations/new/", {"models": "oak", "tasks": "odd", "num_fewshot": "0"})
    assert answer.status_code == 422
    assert "Its YAML names Python functions" in answer.content.decode()
    assert "Its YAML names Python functions" in browser.get("/tasks/odd/").content.decode()
    assert not odd_task.exists()
    assert nothing_is_queued()


def test_a_task_that_names_functions_is_taken_from_a_directory_that_may_and_still_not_imported_here(
    odd_task,
    runnable,  # noqa: F811
    signed_in,
    settings,
):
    settings.HUB_PYTHON_TASK_DIRS = settings.HUB_TASK_DIRS
    runnable("oak")
    asked = {"models": "oak", "tasks": "odd", "num_fewshot": "0"}
    assert signed_in(make_user()).post("/evaluations/new/", asked).status_code == 302
    assert not odd_task.exists()


def test_no_task_comes_in_by_an_upload(signed_in):
    browser = signed_in(make_user())
    sent = SimpleUploadedFile("odd.yaml", b"task: odd\nprocess_docs: !function os.system\n")
    assert "known are .json, .jsonl, .zip" in browser.post(UPLOAD, {"files": [sent]}).content.decode()
    results = new_results()
    results["configs"]["red"]["process_docs"] = "!function os.system"
    bring_in(browser, json.dumps(results).encode())
    assert Score.objects.exists()
    # What the file brought is a name: only the harness and the site's own directories say how to run one.
    red = Task.objects.get(name="red")
    assert (red.shipped, red.directory) == (False, "")
    assert task_refusal(red) is not None


# Results, by the page.


def bring_in(browser, content: bytes) -> str:
    """Upload, check, import; gives the report as its page shows it."""
    answer = browser.post(UPLOAD, {"files": [SimpleUploadedFile("results.json", content)]})
    assert answer.status_code == 302, answer.content
    row = ResultImport.objects.latest("pk")
    for act in ("step", "start", "step"):
        browser.post(f"{UPLOAD}{row.pk}/{act}/")
    return browser.get(f"{UPLOAD}{row.pk}/").content.decode()


@pytest.mark.parametrize(
    ("value", "said"), [("NaN", "is no number: NaN"), ('"0.9"', "is no number: &#x27;0.9&#x27;"), ("1e999", "is no")]
)
def test_an_uploaded_value_that_is_no_number_refuses_its_file_with_the_field(signed_in, value, said):
    text = json.dumps(old_results()).replace("0.4356060606060606", value)
    page = bring_in(signed_in(make_user()), text.encode())
    assert "results.arc_easy.acc" in page
    assert said in page
    assert not Score.objects.exists()
    assert not ModelCard.objects.exists()


def test_an_uploaded_file_that_is_cut_off_is_told_by_its_last_line(signed_in):
    whole = json.dumps(old_results(), indent=1).encode()
    half = whole[: len(whole) // 2]
    page = bring_in(signed_in(make_user()), half)
    assert "ends in the middle: the file is cut off" in page
    line = half.count(b"\n") + 1
    assert f"results.json:{line}" in page
    assert not Score.objects.exists()


class Endless(RawIOBase):
    """The body of a request of a gigabyte: a form with one file of blanks."""

    head = b'--edge\r\nContent-Disposition: form-data; name="files"; filename="results.json"\r\n\r\n'

    def __init__(self) -> None:
        super().__init__()
        self.left = GIGABYTE
        self.first = self.head

    def read(self, size: int = 2**16, /) -> bytes:
        first, self.first = self.first, b""
        block = first or b" " * min(size, self.left, 2**20)
        self.left -= len(block)
        return block

    def readline(self, size: int | None = -1, /) -> bytes:
        raise AssertionError("a file without line ends would be read into memory as one line")


@pytest.mark.parametrize("told", [True, False], ids=["its size is told", "its size is a lie"])
def test_an_upload_of_a_gigabyte_leaves_nothing_behind(signed_in, settings, told):
    browser, body = signed_in(make_user()), Endless()
    settings.HUB_IMPORT_FILE_MB = 4
    length = GIGABYTE if told else 10 * 2**20
    body.left = length
    tracemalloc.start()
    answer = browser.request(
        **{
            "REQUEST_METHOD": "POST",
            "PATH_INFO": UPLOAD,
            "CONTENT_TYPE": "multipart/form-data; boundary=edge",
            "CONTENT_LENGTH": str(length),
            "wsgi.input": body,
        }
    )
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (answer.status_code, "More than 4 MB at once" in answer.content.decode()) == (422, True)
    assert most < 64 * 2**20
    assert not ResultImport.objects.exists()
    assert not default_storage.exists("results") or not any(default_storage.listdir("results"))
