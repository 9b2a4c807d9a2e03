"""How each end of a runner becomes rows. The worker runs in this process, the (fake) runner in one of its own."""

import errno
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from django.utils import timezone

from evaluation.actions import cell_progress, lacks_review
from evaluation.files import log_file
from evaluation.models import Cell, Lack, Node, Run, SampleSet, Score
from evaluation.worker.service import DEVICE_VARIABLE, NODE_VARIABLE, Worker
from modelcards.models import Checkpoint
from tests.checkpoint_files import write_checkpoint
from tests.factories import make_card, make_cell, make_checkpoint, make_device, make_run, make_task

pytestmark = pytest.mark.django_db


@pytest.fixture
def faults(tmp_path: Path, monkeypatch) -> Callable[..., None]:
    """Order faults of the fake runner: ``faults("memory", "die")``; each happens once."""
    folder = tmp_path / "faults"
    folder.mkdir()
    monkeypatch.setenv("FAKE_FAULTS", str(folder))

    def order(*names: str) -> None:
        for name in names:
            (folder / name).touch()

    return order


@pytest.fixture
def worker(settings, tmp_path: Path, monkeypatch, faults) -> Iterator[Worker]:
    """A worker whose node holds the data of every task."""
    settings.HUB_DATA_DIR = tmp_path
    settings.HUB_CHECKPOINT_DIRS = [tmp_path]
    settings.RUNNER_COMMAND = f"{sys.executable} -m tests.fake_runner"
    monkeypatch.setenv("FAKE_DOCUMENTS", "4")
    monkeypatch.setenv("FAKE_PACE", "0")
    monkeypatch.setenv("FAKE_TRACE", str(tmp_path / "trace"))
    device = make_device()
    monkeypatch.setenv(NODE_VARIABLE, device.node.name)
    monkeypatch.setenv(DEVICE_VARIABLE, device.name)
    made = Worker()
    yield made
    made.drop_runner()


@pytest.fixture
def run(worker: Worker, tmp_path: Path) -> Run:
    """Three cells of one checkpoint in the queue."""
    write_checkpoint(tmp_path / "oak")
    made = make_run(make_checkpoint(make_card("oak"), path="oak"))
    for name in ("a", "b", "c"):
        task = make_task(name)
        worker.device.node.tasks.add(task)
        make_cell(made.checkpoint, task, run=made)
    return made


def states() -> dict[str, str]:
    return dict(Cell.objects.order_by("task__name").values_list("task__name", "state"))


def test_three_cells_with_scores_and_samples(worker, run, settings):
    worker.work()
    run.refresh_from_db()
    assert (run.state, run.attempt, run.reason) == ("done", 1, "")
    assert set(states().values()) == {"done"}
    assert Score.objects.count() == 3
    for stored in SampleSet.objects.select_related("prompts"):
        assert default_storage.exists(stored.file)
        assert default_storage.exists(stored.prompts.file)
    assert "fake: run" in default_storage.open(log_file(run.pk, 1)).read().decode()
    assert not any(worker.directory.iterdir())


def test_a_cell_keeps_the_hash_of_the_weights_that_were_scored(worker, run):
    Checkpoint.objects.update(sha256="a" * 64)
    worker.work()
    assert set(Cell.objects.values_list("weights", flat=True)) == {"a" * 64}


def test_a_full_disk_gives_the_run_back_with_the_reason(worker, run, monkeypatch):
    def full(*_positional, **_named):
        raise OSError(errno.ENOSPC, "No space left on device", "/secret/place")

    Run.objects.update(max_attempts=2)
    monkeypatch.setattr(FileSystemStorage, "save", full)
    worker.work()
    run.refresh_from_db()
    assert (run.state, run.attempt) == ("failed", 2)
    assert run.reason == "The worker could not go on: No space left on device."
    assert set(states().values()) == {"failed"}
    assert worker.runner is None


def test_memory_halves_the_batch_and_repeats_only_what_failed(worker, run, faults, tmp_path):
    faults("memory")
    worker.work()
    run.refresh_from_db()
    assert (run.state, run.batch_size, run.attempt, run.max_attempts) == ("done", "8", 2, 4)
    assert set(states().values()) == {"done"}
    done = [line for line in (tmp_path / "trace").read_text().splitlines() if " done " in line]
    assert len(done) == 3


def test_a_batch_of_one_cannot_be_halved(worker, run, faults):
    Run.objects.update(batch_size="1")
    faults("memory")
    worker.work()
    run.refresh_from_db()
    assert run.state == "done"
    assert states() == {"a": "failed", "b": "done", "c": "done"}
    assert "A fake failure of memory." in Cell.objects.get(state="failed").reason


def test_an_internal_failure_is_tried_again(worker, run, faults):
    faults("internal")
    worker.work()
    run.refresh_from_db()
    assert (run.state, run.attempt, run.batch_size) == ("done", 2, "16")
    assert set(states().values()) == {"done"}


def test_internal_failures_end_at_the_limit_with_the_reason(worker, run, faults):
    Run.objects.update(max_attempts=1)
    faults("internal")
    worker.work()
    assert states() == {"a": "failed", "b": "done", "c": "done"}
    assert Cell.objects.get(state="failed").reason == "A fake failure of internal."


def test_a_failure_of_the_task_fails_its_cell_alone_and_at_once(worker, run, faults):
    faults("task")
    worker.work()
    run.refresh_from_db()
    assert (run.state, run.attempt) == ("done", 1)
    assert run.reason == "1 of 3 cells failed. The first: A fake failure of task."
    assert states() == {"a": "failed", "b": "done", "c": "done"}


def test_a_checkpoint_that_cannot_be_loaded_fails_all(worker, run, faults):
    faults("checkpoint")
    worker.work()
    run.refresh_from_db()
    assert (run.state, run.attempt) == ("failed", 1)
    assert {cell.reason for cell in Cell.objects.all()} == {"The fake checkpoint cannot be loaded: checkpoint."}


def test_a_checkpoint_that_is_not_on_this_node_waits_for_one_that_has_it(worker, run, tmp_path):
    Checkpoint.objects.update(path="elsewhere")
    worker.work()
    run.refresh_from_db()
    assert (run.state, run.attempt, run.max_attempts) == ("queued", 1, 4)
    assert set(states().values()) == {"queued"}
    name = worker.device.node.name
    assert run.reason == f"{name}: There is no checkpoint directory elsewhere on this machine."
    assert worker.job is None
    write_checkpoint(tmp_path / "elsewhere")
    assert lacks_review(node=worker.device.node) == 1
    worker.work()
    assert set(states().values()) == {"done"}


def test_a_path_outside_the_directories_of_this_node_waits_too(worker, run, settings, tmp_path):
    settings.HUB_CHECKPOINT_DIRS = [tmp_path / "other"]
    Checkpoint.objects.update(path=str(tmp_path / "oak"))
    worker.work()
    run.refresh_from_db()
    assert run.state == "queued"
    assert "outside the checkpoint directories" in run.reason


@pytest.mark.parametrize("cause", ["absent", "gated"])
def test_weights_that_the_runner_cannot_have_here_send_the_run_to_another_node(worker, run, faults, cause):
    Checkpoint.objects.update(path="", repo_id="house/oak")
    faults(cause)
    worker.work()
    run.refresh_from_db()
    assert (run.state, run.reason.endswith(f"cannot be loaded: {cause}.")) == ("queued", True)
    assert set(states().values()) == {"queued"}
    assert Checkpoint.objects.get().gated is (True if cause == "gated" else None)
    assert (worker.runner, worker.loaded) == (None, None)
    Lack.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert lacks_review(node=worker.device.node) == 1
    worker.work()
    # A gated one is for nodes with a token now.
    assert set(states().values()) == ({"queued"} if cause == "gated" else {"done"})
    Node.objects.update(hub_token=True)
    worker.work()
    assert set(states().values()) == {"done"}


def test_a_runner_that_dies_is_replaced_and_the_suspect_goes_last(worker, run, faults, tmp_path):
    faults("die")
    worker.work()
    run.refresh_from_db()
    assert (run.state, run.attempt) == ("done", 2)
    order = [line.split()[4] for line in (tmp_path / "trace").read_text().splitlines() if line.split()[1] == "cell"]
    assert order == ["a", "b", "c", "a"]


def test_a_cell_in_whose_middle_the_runner_dies_twice_fails_and_the_others_go_on(worker, run, monkeypatch, faults):
    from evaluation.worker.runner_process import RunnerProcess

    start = RunnerProcess.__init__
    deaths: list[int] = []

    def deadly(self):
        if len(deaths) < 2:
            deaths.append(1)
            faults("die")
        start(self)

    Cell.objects.filter(task__name__in=["b", "c"]).update(state="done")
    monkeypatch.setattr(RunnerProcess, "__init__", deadly)
    worker.work()
    cell = Cell.objects.get(task__name="a")
    assert cell.state == "failed"
    assert "ended by itself with status 7" in cell.reason
    assert "second time" in cell.reason
    run.refresh_from_db()
    assert (run.state, run.attempt) == ("done", 2)


def test_a_runner_that_ended_because_its_worker_fell_silent_blames_no_cell(worker, run, settings, monkeypatch):
    """Nobody beats here: the lease is renewed by what is stored every second, of which the runner hears nothing."""
    settings.RUN_LEASE_SECONDS = 2
    monkeypatch.setenv("FAKE_PACE", "0.25")
    monkeypatch.setenv("FAKE_DOCUMENTS", "40")
    Run.objects.update(max_attempts=1)
    worker.work()
    run.refresh_from_db()
    assert run.state == "failed"
    assert "could not reach the database for longer than its lease" in run.reason
    assert not run.progress.get("suspects")


def test_scores_without_samples_do_not_count(worker, run, faults):
    faults("no_samples")
    worker.work()
    run.refresh_from_db()
    assert (run.state, run.attempt) == ("done", 2)
    assert SampleSet.objects.count() == 3


def test_samples_that_were_damaged_on_the_way_are_asked_for_again(worker, run, faults):
    faults("bad_checksum")
    worker.work()
    run.refresh_from_db()
    assert (run.state, run.attempt) == ("done", 2)
    assert SampleSet.objects.count() == 3


def test_shots_other_than_the_cells_are_not_stored_under_its_name(worker, run, faults):
    faults("other_shots")
    worker.work()
    assert states() == {"a": "failed", "b": "done", "c": "done"}
    assert "sync_tasks" in Cell.objects.get(state="failed").reason


def test_what_is_not_an_event_goes_into_the_log(worker, run, faults):
    faults("garbage")
    worker.work()
    run.refresh_from_db()
    assert run.state == "done"
    assert "not an event" in run.log_tail


def test_the_log_follows_the_documents_and_does_not_wait_for_a_heartbeat(worker, run, monkeypatch):
    tails = []
    real = cell_progress

    def watched(**fields):
        real(**fields)
        tails.append(Run.objects.get(pk=run.pk).log_tail)

    monkeypatch.setattr("evaluation.worker.record.cell_progress", watched)
    worker.work()
    assert tails
    assert "a, 0-shot: 4 documents" in tails[0]


def test_a_hung_runner_is_killed_and_the_run_says_so(worker, run, faults, settings, monkeypatch):
    settings.RUN_SILENCE_SECONDS = 1
    settings.RUN_LOAD_SECONDS = 20
    Run.objects.update(max_attempts=1)
    faults("hang")
    worker.work()
    run.refresh_from_db()
    assert run.state == "failed"
    assert "gave no sign of life for 1 s. It was scoring a at 0 shots." in run.reason


def test_a_runner_program_that_is_not_there_uses_up_the_attempts(worker, run, settings):
    settings.RUNNER_COMMAND = "/nonexistent/runner"
    worker.work()
    run.refresh_from_db()
    assert (run.state, run.attempt) == ("failed", 3)
    assert "could not be started" in run.reason


def test_a_file_outside_the_runs_directory_is_not_taken(tmp_path):
    from evaluation.core.protocol import FileRef
    from evaluation.worker.files import FileDamaged, store

    (tmp_path / "out").mkdir()
    (tmp_path / "secret").write_text("x")
    (tmp_path / "out" / "link").symlink_to(tmp_path / "secret")
    for name in ("../secret", "link", "/etc/passwd"):
        with pytest.raises(FileDamaged):
            store(FileRef(name, "0" * 64, 1), tmp_path / "out", "samples/x")
