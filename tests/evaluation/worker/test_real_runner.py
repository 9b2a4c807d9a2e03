"""The real runner on a reference checkpoint: what the commands do, and kill -9 in mid-run."""

import os
import signal
import subprocess
import sys

import pytest
from django.core.files.storage import default_storage

from evaluation.core.samples import read_outcomes, read_prompts
from evaluation.models import Cell, Node, Run, SampleSet, Score, Task
from tests.factories import make_card, make_checkpoint, make_user
from tests.openai_server import serving_checkpoint
from tests.services import ROOT, real_node, wait_for

pytestmark = [
    pytest.mark.slow,
    pytest.mark.site(
        RUNNER_COMMAND=f"{sys.executable} -m evaluation.runner",
        HUB_CHECKPOINT_DIRS=str(ROOT),
        RUN_LEASE_SECONDS="30",
        RUN_SILENCE_SECONDS="120",
        RUN_LOAD_SECONDS="300",
        HF_HUB_OFFLINE="1",
        HF_DATASETS_OFFLINE="1",
    ),
]
ENOUGH = 300.0


@pytest.fixture
def vllm(live, tmp_path):
    """The node's runners find the stand-in for vLLM; gives the file in which it tells what it was made with."""
    live.environment |= {"PYTHONPATH": str(ROOT / "tests" / "vllm_stand_in"), "STAND_IN": str(tmp_path)}
    return tmp_path / "trace"


@pytest.fixture
def node(live, settings):
    """``manage.py node`` with its worker; tasks stored by ``sync_tasks``."""
    settings.HUB_CHECKPOINT_DIRS = [ROOT]
    make_user("admin", is_superuser=True, is_staff=True)
    make_checkpoint(make_card("sapling-gpt2"), path="reference/models/sapling-gpt2")
    with real_node(live, "real") as process:
        assert Task.objects.filter(shipped=True, name="sapling_agreement", nodes__name="real").exists()
        yield process


def test_the_commands_from_node_to_scores_and_a_runner_killed_in_mid_run(live, node):
    # One request at a time over a whole task, so that the kill meets a run that has long to go on any machine.
    evaluate = ("evaluate", "--models", "sapling-gpt2", "--tasks", "sapling_cloze")
    waiting = subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), *evaluate, "--num-fewshot", "0,5", "--batch-size", "1", "--wait"],
        cwd=ROOT,
        env={**os.environ, **live.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    wait_for(lambda: Cell.objects.filter(state="running", documents_done__gt=0).exists(), "a cell runs", ENOUGH)
    (runner,) = live.runners_of("real")
    os.kill(runner.pid, signal.SIGKILL)
    printed, _errors = waiting.communicate(timeout=ENOUGH)
    assert waiting.returncode == 0, printed
    assert "2 run, 0 reuse, 0 refused" in printed
    assert "2/2 cells" in printed
    run = Run.objects.get()
    assert (run.state, run.attempt, run.owner) == ("done", 2, "real/cpu")
    assert Node.objects.get(name="real").versions["lm_eval"]
    for cell in Cell.objects.all():
        assert (cell.state, cell.documents_done) == ("done", 250)
        assert cell.made_with["versions"]["lm_eval"]
    assert Score.objects.filter(metric="acc", n=250).count() == 2
    for stored in SampleSet.objects.select_related("prompts"):
        with default_storage.open(stored.file) as outcomes, default_storage.open(stored.prompts.file) as prompts:
            assert len(
                {row["doc_hash"] for row in read_outcomes(outcomes)} & {p["doc_hash"] for p in read_prompts(prompts)}
            )
    again = live.manage(*evaluate, "--num-fewshot", "0,5", "--wait")
    assert again.returncode == 0, again.stderr
    assert "0 run, 2 reuse, 0 refused" in again.stdout
    assert Run.objects.count() == 1


def scores_of(revision: str) -> dict[tuple[str, int, str, str], tuple[float, float | None, int | None, str]]:
    """What was measured of one checkpoint: by task, shots, metric and filter the value, error, n and comparable key."""
    found = Score.objects.filter(checkpoint__revision=revision).order_by("pk")
    return {
        (one.task_name, one.num_fewshot, one.metric, one.filter): (one.value, one.stderr, one.n, one.comparable_key)
        for one in found
    }


def likelihoods_of(revision: str) -> dict[tuple[str, int], list[list[float]]]:
    """Every log-likelihood of the measured documents of one checkpoint, by task and shots."""
    found = {}
    for cell in Cell.objects.filter(checkpoint__revision=revision).select_related("task", "sample_set"):
        with default_storage.open(cell.sample_set.file) as outcomes:
            rows = sorted(read_outcomes(outcomes), key=lambda row: (row["doc_id"], row["filter"]))
        found[cell.task.name, cell.num_fewshot] = [row["loglikelihoods"] for row in rows]
    return found


def test_a_served_model_scores_as_its_weights_do_from_the_command_to_the_page(live, node, client):
    asked = ("--tasks", "sapling_cloze,sapling_arithmetic_gen", "--num-fewshot", "0,5", "--limit", "16")
    with serving_checkpoint(ROOT / "reference" / "models" / "sapling-gpt2") as address:
        registered = live.manage("endpoint", "register", "sapling-gpt2", "oven", address)
        assert registered.returncode == 0, registered.stderr
        models = ("--models", "sapling-gpt2,sapling-gpt2@oven")
        done = live.manage("evaluate", *models, *asked, "--batch-size", "1", "--wait")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "8/8 cells" in done.stdout
    assert len(scores_of("main")) == 4
    assert scores_of("oven") == scores_of("main")
    direct, served = likelihoods_of("main"), likelihoods_of("oven")
    assert served.keys() == direct.keys()
    for name, rows in direct.items():
        assert served[name] == [pytest.approx(row, abs=1e-4) for row in rows]
    run = Run.objects.get(checkpoint__revision="oven")
    assert (run.state, run.memory_need, run.owner) == ("done", 0, "real/cpu")
    for cell in run.cells.all():
        assert (cell.made_with["backend"], cell.made_with["server"]) == ("local-completions", "oven")
        assert "batch_size" not in cell.made_with
    assert "the server answers, texts have 256 tokens at most" in run.log_tail
    page = client.get(f"/runs/{run.pk}/").content.decode()
    assert "oven, behind an address" in page
    assert address not in page


def test_vllm_and_transformers_measure_one_model_side_by_side(live, vllm, node):
    asked = ("--models", "sapling-gpt2", "--tasks", "sapling_cloze", "--limit", "8", "--wait")
    for backend in ("hf", "vllm"):
        done = live.manage("evaluate", *asked, "--backend", backend)
        assert done.returncode == 0, done.stdout + done.stderr
    assert Node.objects.get(name="real").versions["vllm"] == "0.11.2"
    plain, other = Score.objects.filter(metric="acc").order_by("pk")
    assert (other.value, other.n, other.comparable_key) == (plain.value, plain.n, plain.comparable_key)
    assert [score.cell.made_with["backend"] for score in (plain, other)] == ["hf", "vllm"]
    assert list(Run.objects.order_by("pk").values_list("requires", "state")) == [("", "done"), ("vllm", "done")]
    assert len([line for line in vllm.read_text().splitlines() if '"made"' in line]) == 1
    said = Run.objects.latest("pk").log_tail
    assert "; took " in said, "another runner loaded it: vLLM shares none with transformers"
