"""Which tasks have documents about one text, and by which field that is told."""

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from evaluation.core.passages import LANGUAGES, PASSAGE_FIELDS, passage_field, stated_field
from evaluation.core.taskindex import TaskFile, read_yaml
from evaluation.core.tasklist import task_row

FAMILIES = {
    "belebele_fra_Latn": "flores_passage", "mlqa_de_zh": "context", "qa4mre_2012": "document_str",
    "tydiqa_goldp_fi": "context", "xnli_ur": "premise", "xquad_th": "context",
}  # fmt: skip


def test_a_field_is_known_by_the_tasks_name():
    assert passage_field("drop") == "passage"
    assert {name: passage_field(name) for name in FAMILIES} == FAMILIES
    assert passage_field("hellaswag") == passage_field("xnli") == passage_field("drop2") == ""


def test_a_task_of_a_site_states_its_own():
    assert stated_field({"metadata": {"passage_field": "story.text"}}, "drop") == "story.text"
    assert stated_field({"metadata": {"version": 1}}, "drop") == "passage"
    assert stated_field({"metadata": {"passage_field": ["no"]}}, "mine") == ""
    assert stated_field({}, "mine") == ""


def test_the_list_of_tasks_tells_it(tmp_path: Path):
    file = tmp_path / "mine.yaml"
    file.write_text("task: mine\ndataset_path: json\nmetadata:\n  passage_field: story\n")
    assert task_row(TaskFile(file, tmp_path, read_yaml(file, {})), tmp_path).passage_field == "story"


@cache
def harness_files() -> dict[str, Path]:
    """Task files of the installed lm-eval by the name of their task."""
    root = Path(next(iter(find_spec("lm_eval").submodule_search_locations))) / "tasks"
    named = {}
    for file in root.rglob("*.yaml"):
        if found := re.search(r'^task: *"?([\w-]+)"? *$', file.read_text(encoding="utf-8"), re.MULTILINE):
            named.setdefault(found[1], file)
    return named


@pytest.mark.slow
@pytest.mark.parametrize(("task", "field"), sorted({**PASSAGE_FIELDS, **FAMILIES}.items()))
def test_every_known_task_is_one_of_the_harness_and_asks_by_that_field(task: str, field: str):
    assert len(FAMILIES) == len(LANGUAGES)
    folder = harness_files()[task].parent
    told = [file.read_text(encoding="utf-8") for file in folder.iterdir() if file.is_file()]
    asks = re.compile(rf"""\{{\{{[^}}]*\b{field}\b|\[["']{field}["']\]|["']{field}["']: """)
    assert any(asks.search(text) for text in told if text)
