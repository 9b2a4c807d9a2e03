"""``manage.py evaluate``, ``sync_tasks`` and ``node`` as a person meets them."""

import fcntl
import json
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from evaluation.models import Cell, Evaluation, Node, Task
from evaluation.worker import host
from tests.checkpoint_files import write_checkpoint
from tests.factories import make_card, make_checkpoint, make_device, make_task, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_redis(monkeypatch):
    monkeypatch.setattr("evaluation.actions.submit.wake", lambda count=1, runs=(): False)


@pytest.fixture
def oak(settings, tmp_path: Path):
    settings.HUB_CHECKPOINT_DIRS = [tmp_path]
    write_checkpoint(tmp_path / "oak")
    make_user("admin", is_superuser=True)
    make_task("agreement", documents=300)
    return make_checkpoint(make_card("oak"), path="oak")


def evaluate(*options: str) -> str:
    out = StringIO()
    call_command("evaluate", "--models", "oak", "--tasks", "agreement", *options, stdout=out)
    return out.getvalue()


def test_evaluate_prints_the_matrix_and_queues(oak):
    make_device(speed={"multiple_choice": 30}, tasks=Task.objects.all())
    printed = evaluate("--num-fewshot", "0,5", "--limit", "60", "--batch-size", "4", "--note", "nightly")
    assert "run  oak  agreement  0-shot" in printed
    assert "2 run, 0 reuse, 0 refused; about 4 s (by the speed of other models) on 1 device" in printed
    evaluation = Evaluation.objects.get()
    assert (evaluation.note, str(evaluation.requested_by)) == ("nightly", "admin")
    assert Cell.objects.count() == 2


def test_evaluate_can_only_show_the_plan(oak):
    assert "no live device can take it now" in evaluate("--plan")
    assert not Evaluation.objects.exists()


def test_evaluate_says_what_is_wrong_field_by_field(oak):
    with pytest.raises(CommandError) as error:
        evaluate("--num-fewshot", "0,many,-1", "--limit", "0")
    assert "num_fewshot: A shot count must be a whole number, not 'many'." in str(error.value)
    assert "limit: The limit must be between 1" in str(error.value)
    assert error.value.returncode == 2


def test_evaluate_ends_badly_when_a_cell_is_refused(oak):
    make_task("gone", data_reason="data/x.jsonl is missing")
    with pytest.raises(CommandError, match="1 of 2 cells were refused"):
        call_command("evaluate", "--models", "oak", "--tasks", "agreement,gone", stdout=StringIO())


def test_evaluate_waits_for_what_is_there_already(oak):
    evaluate()
    Cell.objects.update(state="done")
    printed = evaluate("--wait")
    assert "1/1 cells" in printed
    assert "0 run, 1 reuse, 0 refused; nothing to run" in printed


def test_evaluate_ends_badly_when_a_cell_failed(oak, monkeypatch):
    monkeypatch.setattr(
        "evaluation.management.commands.evaluate.time.sleep",
        lambda _seconds: Cell.objects.update(state="failed", reason="no luck"),
    )
    out = StringIO()
    with pytest.raises(CommandError, match="1 of 1 cells did not end well"):
        call_command("evaluate", "--models", "oak", "--tasks", "agreement", "--wait", stdout=out)
    assert "no luck" in out.getvalue()


def test_evaluate_wants_a_known_person(oak):
    with pytest.raises(CommandError, match="no account “nobody”"):
        evaluate("--user", "nobody")


TASK = """task: {name}
output_type: multiple_choice
dataset_path: json
dataset_kwargs: {{data_files: {{test: {file}}}}}
test_split: test
{more}
"""


@pytest.fixture
def task_folder(settings, tmp_path: Path) -> Path:
    folder = tmp_path / "tasks"
    folder.mkdir()
    settings.HUB_TASK_DIRS = [folder, tmp_path / "absent"]
    (folder / "here.jsonl").write_text('{"a": 1}\n' * 3)
    (folder / "here.yaml").write_text(TASK.format(name="here", file="here.jsonl", more="num_fewshot: 0"))
    (folder / "gone.yaml").write_text(TASK.format(name="gone", file="gone.jsonl", more=""))
    return folder


def sync(*options: str) -> str:
    out = StringIO()
    call_command("sync_tasks", "--node", "here", *options, stdout=out)
    return out.getvalue()


def test_sync_tasks_stores_shipped_tasks_and_which_data_is_here(task_folder):
    assert sync("--shipped-only").startswith("2 tasks, 1 with their data here")
    here, gone = Task.objects.get(name="here"), Task.objects.get(name="gone")
    assert (here.documents, here.fixed_fewshot, here.shipped, here.data_reason) == (3, 0, True, "")
    assert "gone.jsonl" in gone.data_reason
    assert list(Node.objects.get(name="here").tasks.all()) == [here]
    assert Node.objects.get(name="here").tasks_at is None


def test_sync_tasks_again_follows_what_changed(task_folder):
    sync("--shipped")
    (task_folder / "here.jsonl").unlink()
    (task_folder / "gone.jsonl").write_text('{"a": 1}\n')
    sync("--shipped")
    assert [task.name for task in Node.objects.get(name="here").tasks.all()] == ["gone"]
    assert "here.jsonl" in Task.objects.get(name="here").data_reason
    assert Task.objects.get(name="gone").data_reason == ""
    assert Task.objects.count() == 2


def test_data_on_another_node_is_data_on_a_node(task_folder):
    sync("--shipped")
    Node.objects.create(name="there").tasks.add(Task.objects.get(name="gone"))
    sync("--shipped")
    assert Task.objects.get(name="gone").data_reason == ""


def test_sync_tasks_asks_the_runner_for_all_tasks(task_folder, settings, tmp_path):
    row = {
        "name": "arc", "kind": "task", "members": [], "shipped": False, "directory": "", "description": "",
        "output_type": "multiple_choice", "dataset": "ai2", "fixed_fewshot": None, "metrics": ["acc"],
        "runs_code": False, "python_code": False, "documents": None, "data_ready": False, "data_reason": "",
        "version": "1",
    }  # fmt: skip
    program = tmp_path / "runner.py"
    program.write_text(
        "import sys\nassert sys.argv[1] == '--list-tasks'\n"
        f"open(sys.argv[-1], 'w').write({json.dumps(json.dumps(row))} + '\\n')\n"
    )
    settings.RUNNER_COMMAND = f"{sys.executable} {program}"
    assert sync().startswith("1 tasks, 0 with their data here")
    assert Task.objects.get().data_reason == "The data is not on this machine."
    assert Node.objects.get(name="here").tasks_at is not None


def test_a_runner_that_fails_is_told_in_one_line(task_folder, settings, tmp_path):
    program = tmp_path / "runner.py"
    program.write_text("raise SystemExit('lm-eval is not installed')\n")
    settings.RUNNER_COMMAND = f"{sys.executable} {program}"
    with pytest.raises(CommandError, match="failed on --list-tasks: lm-eval is not installed"):
        sync()
    settings.RUNNER_COMMAND = "/nonexistent/runner"
    with pytest.raises(CommandError, match="cannot be started"):
        sync()


def test_node_refuses_a_second_start_of_the_same_node(settings, tmp_path):
    settings.HUB_DATA_DIR = tmp_path
    with host.lock_file("here").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(CommandError, match="running already"):
            call_command("node", "--name", "here")


def test_node_refuses_sqlite_that_another_machine_uses(settings, tmp_path):
    settings.HUB_DATA_DIR = tmp_path
    device = make_device()
    device.node.host = "another-boot"
    device.node.save()
    with pytest.raises(CommandError, match="SQLite and serves one machine"):
        call_command("node", "--name", "here")


def test_sqlite_on_this_machine_is_welcome():
    device = make_device()
    device.node.host = host.host()
    device.node.save()
    assert host.why_not_here() == ""


def test_sqlite_on_a_network_disk_is_refused(tmp_path, monkeypatch):
    from django.db import connection

    mounts = tmp_path / "mountinfo"
    mounts.write_text("1 0 0:1 / / rw - ext4 /dev/vda rw\n2 1 0:2 / /mnt/site rw - nfs4 server:/site rw\n")
    monkeypatch.setitem(connection.settings_dict, "NAME", "/mnt/site/hub.sqlite3")
    assert "network file system (nfs4)" in host.why_not_here(mounts)
    assert host.filesystem_of(Path("/mnt/sitely/x"), mounts) == "ext4"


def test_node_knows_only_the_devices_of_this_machine(settings, tmp_path):
    settings.HUB_DATA_DIR = tmp_path
    settings.RUNNER_COMMAND = f"{sys.executable} -m tests.fake_runner"
    with pytest.raises(CommandError, match="no device cuda:7; it has cpu"):
        call_command("node", "--name", "here", "--devices", "cuda:7")
