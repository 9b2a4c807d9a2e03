"""Task files are read without importing what they name."""

import json
import time
from pathlib import Path

import pytest

from evaluation.core.hubcache import snake_case
from evaluation.core.taskindex import FunctionRef, TaskFileError, find_task, functions, locate, read_yaml
from evaluation.core.tasklist import TaskRow, list_tasks

LOCAL = """
task: local_choice
tag: [choices, small]
dataset_path: json
dataset_kwargs: {data_files: {test: tasks/docs.jsonl}}
test_split: test
output_type: multiple_choice
metadata: {version: 2.0}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "tasks"
    root.mkdir()
    (root / "docs.jsonl").write_text('{"q": 1}\n{"q": 2}\n\n')
    (root / "local.yaml").write_text(LOCAL)
    (root / "base.yaml").write_text("output_type: generate_until\ndataset_path: owner/SomeData\ndescription: x\n")
    (root / "hub.yaml").write_text("include: base.yaml\ntask: from_hub\nnum_fewshot: 0\nunsafe_code: true\n")
    (root / "code.yaml").write_text(
        "task: coded\ndataset_path: owner/SomeData\nprocess_docs: !function os.system\nmetric_list: [{metric: f1}]\n"
    )
    (root / "group.yaml").write_text(
        "group: pair\ntask:\n  - local_choice\n  - {group: inner, task: [from_hub, {task: coded, num_fewshot: 1}]}\n"
    )
    (root / "broken.yaml").write_text("task: [")
    return root


def rows(folder: Path, cache: Path | None = None) -> dict[str, TaskRow]:
    empty = folder.parent / "harness"
    empty.mkdir(exist_ok=True)
    return {row.name: row for row in list_tasks(empty, [folder], cache or folder.parent / "cache")}


def test_every_task_group_and_tag_has_a_row(folder: Path):
    found = rows(folder)
    assert {name: row.kind for name, row in found.items()} == {
        "local_choice": "task", "from_hub": "task", "coded": "task", "pair": "group", "choices": "tag", "small": "tag",
    }  # fmt: skip
    assert found["pair"].members == ["local_choice", "from_hub", "coded"]
    assert found["small"].members == ["local_choice"]


def test_a_group_says_how_its_scores_are_made_and_what_it_alters(folder: Path):
    (folder / "mean.yaml").write_text(
        "group: mean\ntask: [local_choice, {task: coded, task_alias: Code}]\n"
        "aggregate_metric_list: {metric: acc, weight_by_size: false, filter_list: none}\n"
    )
    found = rows(folder)
    assert found["mean"].aggregates == [{"metric": "acc", "filter_list": ["none"], "weight_by_size": False}]
    assert (found["mean"].altered, found["pair"].altered) == ([], ["num_fewshot"])


def test_of_two_directories_the_first_wins(folder: Path, tmp_path: Path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "same.yaml").write_text(LOCAL.replace("tasks/docs.jsonl", "gone.jsonl"))
    empty = tmp_path / "harness"
    empty.mkdir()
    for first, second in ((folder, other), (other, folder)):
        found = {row.name: row for row in list_tasks(empty, [first, second], tmp_path / "cache")}
        assert found["local_choice"].directory == str(first)


def test_a_local_task_is_known_by_its_content_and_shows_no_other_file(folder: Path, tmp_path: Path):
    before = rows(folder)["local_choice"].content
    assert len(before) == 64
    (folder / "docs.jsonl").write_text('{"q": 1}\n')
    assert rows(folder)["local_choice"].content != before
    (tmp_path / "secret.jsonl").write_text("{}\n")
    (folder / "local.yaml").write_text(LOCAL.replace("tasks/docs.jsonl", str(tmp_path / "secret.jsonl")))
    row = rows(folder)["local_choice"]
    assert (row.data_ready, row.content, row.documents) == (False, "", None)
    assert "outside the task directories" in row.data_reason


def test_local_data_is_ready_and_counted(folder: Path):
    row = rows(folder)["local_choice"]
    assert (row.data_ready, row.documents, row.metrics, row.version) == (True, 2, ["acc", "acc_norm"], "2.0")


def test_a_missing_data_file_is_named(folder: Path):
    (folder / "docs.jsonl").unlink()
    row = rows(folder)["local_choice"]
    assert not row.data_ready
    assert row.data_reason == "The data file tasks/docs.jsonl is not on this machine."


def test_included_settings_code_and_fixed_shots_are_seen(folder: Path):
    found = rows(folder)
    assert (found["from_hub"].fixed_fewshot, found["from_hub"].runs_code) == (0, True)
    assert found["from_hub"].data_reason == "The data set owner/SomeData is not on this machine."
    assert (found["coded"].python_code, found["coded"].metrics) == (True, ["f1"])
    assert found["pair"].data_reason == "1 of its 3 tasks have their data on this machine."


def test_a_data_set_of_the_hub_is_ready_when_it_is_in_the_cache(folder: Path, tmp_path: Path):
    place = tmp_path / "cache" / "owner___some_data" / "default" / "0.0.0" / "abc"
    place.mkdir(parents=True)
    (place / "dataset_info.json").write_text(json.dumps({"config_name": "default"}))
    assert rows(folder)["from_hub"].data_ready


def test_no_function_is_resolved(folder: Path):
    (found,) = functions(read_yaml(folder / "code.yaml"))
    assert found == FunctionRef(folder, "os.system")


def test_a_file_that_includes_itself_is_refused(folder: Path):
    (folder / "loop.yaml").write_text("include: loop.yaml\ntask: loop\n")
    with pytest.raises(TaskFileError, match="includes itself"):
        read_yaml(folder / "loop.yaml")


def test_a_task_is_found_by_name_alone(folder: Path):
    (folder / "quoted.yaml").write_text('task: "a.b"  # with a comment\n')
    found = find_task("a.b", [folder])
    assert found is not None
    assert found.path.name == "quoted.yaml"
    assert find_task("a_b", [folder]) is None
    assert find_task("small", [folder]) is None


def test_data_files_are_found_from_anywhere(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir("/")
    assert locate("tasks/docs.jsonl", folder / "local.yaml") == folder / "docs.jsonl"
    assert locate("docs.jsonl", folder / "local.yaml") == folder / "docs.jsonl"
    assert locate("tasks/*.jsonl", folder / "local.yaml") == folder / "*.jsonl"
    assert locate("gone.jsonl", folder / "local.yaml") is None


def test_snake_case_follows_the_cache_of_datasets():
    assert [snake_case(name) for name in ("SomeData", "ai2_arc", "MMLU-Pro")] == ["some_data", "ai2_arc", "mmlu-pro"]


@pytest.mark.slow
def test_the_whole_harness_is_listed_in_well_under_a_minute(tmp_path: Path):
    from evaluation.runner.listing import write_listing

    began = time.monotonic()
    assert write_listing([], str(tmp_path / "tasks.jsonl")) == 0
    assert time.monotonic() - began < 60
    found = {row["name"]: row for row in map(json.loads, (tmp_path / "tasks.jsonl").read_text().splitlines())}
    assert len(found) > 14_000
    assert found["mmlu"]["kind"] == "group"
    assert found["humaneval"]["runs_code"]
    assert found["hellaswag"]["python_code"]
