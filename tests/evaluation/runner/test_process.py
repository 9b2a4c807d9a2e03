"""The runner as a process: warm, cancelled, refused, and gone when its input closes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from evaluation.core.protocol import (
    CancelCommand,
    CellSpec,
    Failed,
    Finished,
    KeepCommand,
    Message,
    Phase,
    Progress,
    QuitCommand,
    Ready,
    RunCommand,
    Started,
    TaskDone,
    TaskStarted,
    Warned,
)
from tests.evaluation.runner.processes import ENVIRONMENT, MODELS, ROOT, LiveRunner, by_hand, make_spec, of_kind

pytestmark = pytest.mark.slow

SHORT = CellSpec("short", "sapling_agreement", 0, limit=8)
LONG = CellSpec("long", "sapling_facts", 5)


@pytest.fixture(scope="module")
def runner() -> Iterator[LiveRunner]:
    """One warm runner for the tests that only ask and look at the answers, started far from the repository."""
    with LiveRunner(cwd="/") as started:
        yield started


def ended(events: list[Message]) -> tuple[int, bool]:
    """Cells done and whether the run was cancelled, as its last event says."""
    last = events[-1]
    assert isinstance(last, Finished)
    return last.done, last.cancelled


def test_it_is_ready_without_torch_stays_warm_and_quits(tmp_path: Path):
    with LiveRunner() as runner:
        (ready,) = runner.until(Ready, 30)
        assert isinstance(ready, Ready)
        assert ready.devices[-1]["name"] == "cpu"
        runner.send("nonsense\n")
        assert isinstance(runner.until(Warned, 30)[-1], Warned)
        for reused in (False, True):
            runner.send(RunCommand(make_spec(tmp_path, SHORT)))
            events = runner.until(Finished)
            assert of_kind(events, Started)[0].reused is reused
            assert of_kind(events, TaskDone)[0].results[0].n == 8
        assert of_kind(events, Started)[0].seconds < 0.5
        runner.send(RunCommand(make_spec(tmp_path, SHORT, model="bert")))
        events = runner.until(Finished)
        assert not of_kind(events, Started)[0].reused
        assert of_kind(events, TaskStarted)[0].scoring == "pseudo-loglikelihood"
        runner.send(QuitCommand())
        assert runner.process.wait(timeout=20) == 0


def test_it_dies_in_mid_batch_when_its_input_closes(tmp_path: Path):
    with LiveRunner() as runner:
        runner.send(RunCommand(make_spec(tmp_path, LONG)))
        runner.until(Progress)
        assert runner.process.stdin is not None
        runner.process.stdin.close()
        runner.process.wait(timeout=10)


def test_a_cancelled_cell_leaves_the_others_and_a_cancelled_run_none(tmp_path: Path):
    with LiveRunner() as runner:
        runner.send(RunCommand(make_spec(tmp_path, LONG, SHORT)))
        runner.until(Progress)
        runner.send(CancelCommand("r", "long"))
        events = runner.until(Finished)
        assert [event.cell for event in of_kind(events, TaskDone)] == ["short"]
        assert ended(events) == (1, False)
        runner.send(RunCommand(make_spec(tmp_path, LONG, SHORT)))
        runner.until(Progress)
        runner.send(CancelCommand("r"))
        events = runner.until(Finished)
        assert not of_kind(events, TaskDone)
        assert ended(events) == (0, True)


def test_it_frees_the_checkpoint_when_idle(tmp_path: Path):
    with LiveRunner("--idle-seconds", "1") as runner:
        runner.send(RunCommand(make_spec(tmp_path, SHORT)))
        runner.until(Finished)
        time.sleep(3)
        runner.send(RunCommand(make_spec(tmp_path, SHORT)))
        assert not of_kind(runner.until(Finished), Started)[0].reused


def test_families_that_saw_the_same_share_a_key_and_masked_ones_do_not(runner: LiveRunner, tmp_path: Path):
    keys, prompts = {}, {}
    for model in ("gpt2", "bart", "bert"):
        cells = [replace(SHORT, cell="0"), replace(SHORT, cell="2", num_fewshot=2)]
        events = runner.score(make_spec(tmp_path / model, *cells, model=model))
        keys[model] = [event.results[0].comparable_key for event in of_kind(events, TaskDone)]
        prompts[model] = [event.prompts.key for event in events if event.kind == "samples"]  # type: ignore[attr-defined]
    assert keys["gpt2"] == keys["bart"]
    assert not set(keys["gpt2"]) & set(keys["bert"])
    assert len(set(keys["gpt2"])) == 2
    assert prompts["gpt2"] == prompts["bart"] == prompts["bert"]


@pytest.fixture(scope="module")
def task_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tasks that cannot or may not run, and one of rolling likelihood."""
    root = tmp_path_factory.mktemp("tasks")
    rows = [{"text": "The walls near the shelf wait."}, {"text": "The geese stay. The tree falls."}]
    (root / "docs.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    data = "dataset_path: json\ndataset_kwargs: {data_files: {test: docs.jsonl}}\ntest_split: test\n"
    (root / "rolling.yaml").write_text(
        f"task: rolling\n{data}output_type: loglikelihood_rolling\ndoc_to_text: ''\ndoc_to_target: '{{{{text}}}}'\n"
        "num_fewshot: 0\nmetric_list: [{metric: word_perplexity}, {metric: bits_per_byte}]\n"
    )
    text = f"{data}doc_to_text: '{{{{text}}}}'\ndoc_to_target: x\n"
    (root / "gone.yaml").write_text(f"task: gone\n{text.replace('docs.jsonl', 'gone.jsonl')}")
    (root / "unsafe.yaml").write_text(f"task: unsafe\n{text}unsafe_code: true\n")
    (root / "python.yaml").write_text(f"task: python\n{text}process_docs: !function code.docs\n")
    (root / "code.py").write_text("def docs(rows):\n    return rows\n")
    (root / "outside.yaml").write_text(f"task: outside\n{text}process_docs: !function os.path.basename\n")
    (root / "typo.yaml").write_text(f"task: typo\n{text.replace('{{text}}', '{{text | nofilter}}')}")
    return root


def test_refused_and_broken_tasks_say_why_and_leave_the_others(runner: LiveRunner, tmp_path: Path, task_dir: Path):
    names = ["nowhere", "gone", "unsafe", "python", "outside", "typo"]
    cells = [CellSpec(name, name, 0) for name in names]
    cells += [CellSpec("negative", "rolling", -1), CellSpec("rolling", "rolling", 2)]
    events = runner.score(make_spec(tmp_path, *cells, task_dirs=[str(task_dir)]))
    failed = {event.cell: (event.cause, event.reason) for event in of_kind(events, Failed)}
    assert failed["nowhere"] == ("task", "No task is named 'nowhere', neither in the task directories nor in lm-eval.")
    assert failed["gone"] == ("data", "Task gone needs the data file gone.jsonl, which is not on this machine.")
    assert failed["unsafe"][0] == failed["python"][0] == failed["outside"][0] == failed["negative"][0] == "refused"
    assert "an administrator must allow" in failed["unsafe"][1]
    assert failed["typo"][0] == "task"
    (done,) = of_kind(events, TaskDone)
    assert (done.cell, done.num_fewshot) == ("rolling", 0)
    assert [result.metric for result in done.results] == ["word_perplexity", "bits_per_byte"]
    assert "fixes 0 shots; 2 were asked for" in of_kind(events, Warned)[0].message
    assert (events[-1].done, events[-1].failed) == (1, 7)  # type: ignore[attr-defined]


def test_allowed_python_stays_in_its_directory(runner: LiveRunner, tmp_path: Path, task_dir: Path):
    short = {"max_gen_toks": 2}
    cells = [CellSpec(name, name, 0, limit=1, generation_kwargs=short) for name in ("python", "outside")]
    events = runner.score(make_spec(tmp_path, *cells, task_dirs=[str(task_dir)], python_task_dirs=[str(task_dir)]))
    assert [event.cell for event in of_kind(events, TaskDone)] == ["python"]
    assert "os.path.basename), which only tasks of directories may" in of_kind(events, Failed)[0].reason


def test_masked_models_have_pseudo_metrics_and_generate_nothing(runner: LiveRunner, tmp_path: Path, task_dir: Path):
    folders = [str(task_dir), str(ROOT / "reference" / "tasks")]
    cells = [CellSpec("rolling", "rolling", 0), CellSpec("gen", "sapling_arithmetic_gen", 0)]
    events = runner.score(make_spec(tmp_path, *cells, model="roberta", task_dirs=folders))
    (done,) = of_kind(events, TaskDone)
    assert [result.metric for result in done.results] == ["pseudo_word_perplexity", "pseudo_bits_per_byte"]
    (failed,) = of_kind(events, Failed)
    assert (failed.cell, failed.cause) == ("gen", "refused")


def spoiled(folder: Path, how: str) -> Path:
    """A copy of a reference checkpoint that must not be scored."""
    shutil.copytree(MODELS / "sapling-gpt2", folder)
    weights = folder / "model.safetensors"
    if how == "corrupt":
        weights.write_bytes(weights.read_bytes()[:-100])
    elif how == "pickle":
        weights.rename(folder / "pytorch_model.bin")
    elif how == "weightless":
        weights.unlink()
    elif how == "absent":
        shutil.rmtree(folder)
    elif how == "layerless":
        config = json.loads((folder / "config.json").read_text())
        (folder / "config.json").write_text(json.dumps({**config, "n_layer": config["n_layer"] + 1}))
    elif how == "misshapen":
        config = json.loads((folder / "config.json").read_text())
        (folder / "config.json").write_text(json.dumps({**config, "n_embd": config["n_embd"] * 2}))
    return folder


@pytest.mark.parametrize(
    ("how", "says"),
    [("corrupt", "is corrupt"), ("pickle", "can run code"), ("weightless", "has no weights"),
     ("absent", "There is no checkpoint directory"), ("layerless", "The weights lack"),
     ("misshapen", "do not have the shape that config.json gives them, first transformer.h.0.")],
)  # fmt: skip
def test_a_checkpoint_that_cannot_be_trusted_fails_with_a_sentence(
    runner: LiveRunner, tmp_path: Path, how: str, says: str
):
    path = spoiled(tmp_path / "c", how)
    (failed,) = of_kind(runner.score(make_spec(tmp_path / "out", SHORT, path=path)), Failed)
    assert (failed.cell, failed.cause) == ("", "checkpoint")
    assert says in failed.reason


def test_a_failure_that_says_all_leaves_no_trace_in_the_log(tmp_path: Path):
    printed = by_hand(make_spec(tmp_path / "out", SHORT, path=spoiled(tmp_path / "c", "pickle")))
    assert "can run code" in printed.stdout
    assert "Traceback" not in printed.stdout + printed.stderr


@pytest.mark.parametrize(("model", "declared"), [("bert", "gpt2"), ("gpt2", "bert"), ("t5", "llama")])
def test_a_checkpoint_of_another_family_than_declared_is_not_scored(
    runner: LiveRunner, tmp_path: Path, model: str, declared: str
):
    spec = make_spec(tmp_path, SHORT, model=declared, path=MODELS / f"sapling-{model}")
    events = runner.score(spec)
    (failed,) = of_kind(events, Failed)
    assert failed.cause == "checkpoint"
    assert "The card says" in failed.reason
    assert not of_kind(events, TaskDone)


def test_a_spec_file_that_is_no_run_is_refused(tmp_path: Path):
    (tmp_path / "spec.json").write_text('{"run": "r", "cells": [], "modell": {}}')
    command = [sys.executable, "-m", "evaluation.runner", str(tmp_path / "spec.json"), "--out", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT, timeout=60)
    assert done.returncode == 2
    assert "unknown field 'modell'" in done.stderr


def test_describing_the_machine_loads_no_torch_where_there_is_no_gpu():
    code = (
        "import sys; from evaluation.runner.__main__ import main\n"
        "main(['--describe']); sys.exit('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=ENVIRONMENT, timeout=60)
    said = json.loads(done.stdout)
    assert said["versions"]["torch"]
    assert said["devices"][-1]["memory"] > 1 << 30
    assert done.returncode == 0 or any(os.path.exists(file) for file in ("/dev/nvidiactl", "/dev/kfd"))


def test_phases_come_before_documents(runner: LiveRunner, tmp_path: Path):
    events = runner.score(make_spec(tmp_path, SHORT))
    assert list(dict.fromkeys(event.phase for event in of_kind(events, Phase))) == [
        "loading", "tasks", "requests", "metrics",
    ]  # fmt: skip
    last = of_kind(events, Progress)[-1]
    assert (last.done, last.total) == (8, 8)


def test_a_runner_that_hears_nothing_for_a_lease_ends_and_one_that_is_told_to_keep_on_does_not(tmp_path: Path):
    cells = [replace(LONG, cell=f"long-{number}") for number in range(50)]  # more than it does within the test
    spec = replace(make_spec(tmp_path, *cells, batch_size="1"), lease_seconds=4.0)
    with LiveRunner() as runner:
        runner.send(RunCommand(spec))
        told = threading.Event()

        def keep() -> None:
            while not told.wait(0.5):
                runner.send(KeepCommand(spec.run))

        keeper = threading.Thread(target=keep)
        keeper.start()
        runner.until(TaskStarted)
        time.sleep(5)
        assert runner.process.poll() is None, "it loaded and worked for longer than a lease"
        told.set()
        keeper.join()
        runner.process.wait(timeout=20)


def test_without_a_run_there_is_no_lease_that_could_end(runner: LiveRunner, tmp_path: Path):
    runner.score(make_spec(tmp_path, SHORT))
    runner.score(replace(make_spec(tmp_path, SHORT), lease_seconds=4.0))
    time.sleep(7)
    assert runner.process.poll() is None
