"""A local task's data is counted, kept inside the task directories, and part of what the task is known by."""

import json
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from evaluation.core.taskdata import content_hash, count, documents, outside
from evaluation.core.taskindex import TaskFile, read_yaml

YAML = """task: {name}
dataset_path: json
dataset_kwargs: {{data_files: {{test: docs.jsonl}}}}
test_split: test
output_type: multiple_choice
doc_to_text: "{{{{q}}}}"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "tasks"
    root.mkdir()
    (root / "docs.jsonl").write_text('{"q": 1}\n{"q": 2}\n\n')
    (root / "local.yaml").write_text(YAML.format(name="local"))
    return root


def known(folder: Path, name: str = "local.yaml") -> str:
    return content_hash(TaskFile(folder / name, folder, read_yaml(folder / name)))


def test_documents_are_counted_in_every_format(folder: Path):
    (folder / "rows.csv").write_text('q,a\n"one\nline",x\n2,y\n\n')
    (folder / "list.json").write_text(json.dumps([{"q": 1}] * 5))
    (folder / "lines.json").write_text('{"q": 1}\n{"q": 2}\n')
    pyarrow.parquet.write_table(pyarrow.table({"q": [1, 2, 3, 4]}), folder / "rows.parquet")
    files = ("docs.jsonl", "rows.csv", "list.json", "lines.json", "rows.parquet")
    assert [count(folder / name) for name in files] == [2, 2, 5, 2, 4]


def test_what_cannot_be_read_has_no_count(folder: Path):
    (folder / "bad.parquet").write_bytes(b"PAR1 and no more")
    (folder / "bad.json").write_text("[1, 2")
    (folder / "deep.json").write_text("[" * 100_000)
    (folder / "notes.xml").write_text("<a/>")
    names = ("bad.parquet", "bad.json", "deep.json", "notes.xml", "absent.csv")
    assert [count(folder / name) for name in names] == [None] * 5


def test_several_files_of_a_split_are_summed_and_reshaped_ones_not_guessed(folder: Path):
    (folder / "more.jsonl").write_text('{"q": 3}\n')
    path = folder / "local.yaml"
    both = {"dataset_kwargs": {"data_files": {"test": ["docs.jsonl", "more.jsonl"]}}}
    assert documents(both, "test", path) == 3
    assert documents({"dataset_kwargs": {"data_files": "*.jsonl"}}, "train", path) == 3
    assert documents({"dataset_kwargs": {"data_files": "docs.jsonl", "field": "rows"}}, "test", path) is None
    assert documents({"dataset_kwargs": {"data_files": {"test": "gone.jsonl"}}}, "test", path) is None


def test_a_change_of_data_or_configuration_is_another_task(folder: Path):
    before = known(folder)
    (folder / "docs.jsonl").write_text('{"q": 1}\n{"q": 3}\n\n')
    data = known(folder)
    (folder / "local.yaml").write_text(YAML.format(name="local").replace("{{q}}", "Question: {{q}}"))
    assert len({before, data, known(folder)}) == 3


def test_comments_names_and_the_place_of_files_are_no_change(folder: Path, tmp_path: Path):
    other = tmp_path / "elsewhere"
    other.mkdir()
    (other / "moved.jsonl").write_bytes((folder / "docs.jsonl").read_bytes())
    text = "# a comment\n" + YAML.format(name="other").replace("docs.jsonl", "moved.jsonl")
    (other / "local.yaml").write_text(text + "tag: [a, b]\n")
    assert known(other) == known(folder)


def test_python_beside_the_task_is_part_of_it(folder: Path):
    (folder / "code.py").write_text("def docs(rows):\n    return rows\n")
    (folder / "local.yaml").write_text(YAML.format(name="local") + "process_docs: !function code.docs\n")
    before = known(folder)
    (folder / "code.py").write_text("def docs(rows):\n    return rows[:1]\n")
    assert known(folder) != before


def test_data_outside_the_directories_is_seen_through_links(folder: Path, tmp_path: Path):
    (tmp_path / "secret.jsonl").write_text("{}\n")
    (folder / "link.jsonl").symlink_to(tmp_path / "secret.jsonl")
    path = folder / "local.yaml"
    assert not outside("docs.jsonl", path, [folder])
    assert outside("link.jsonl", path, [folder])
    assert outside(str(tmp_path / "secret.jsonl"), path, [folder])
    assert outside("secret.jsonl", path, [folder])
    assert not outside("secret.jsonl", path, [folder, tmp_path])
