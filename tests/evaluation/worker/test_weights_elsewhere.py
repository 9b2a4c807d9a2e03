"""Weights that are on one node and not on the other, and a gated repository: real processes to the end."""

import os
import sys

import pytest

from evaluation.core.weights import Ledger
from evaluation.models import Cell, Lack, Node, Run, Score, Task
from modelcards.models import Checkpoint
from tests.checkpoint_files import write_checkpoint
from tests.factories import make_card, make_cell, make_checkpoint, make_run
from tests.hub_server import Hub, Repository
from tests.services import ROOT, wait_for

pytestmark = pytest.mark.slow
SAPLING = ROOT / "reference" / "models" / "sapling-gpt2"
TOKEN = "hf_token_of_this_test"


@pytest.mark.site(FAKE_DOCUMENTS="5")
def test_a_run_goes_to_the_node_that_has_the_directory(live, work, tmp_path):
    elsewhere = tmp_path / "of-two"
    write_checkpoint(elsewhere / "ash")
    ash = make_checkpoint(make_card("ash"), path="ash")
    run = make_run(ash)
    for task in work.tasks:
        make_cell(ash, task, run=run)
    live.start_worker("one")
    wait_for(
        lambda: Lack.objects.filter(node__name="one", checkpoint=ash).exists(), "the first node says that it lacks it"
    )
    assert Run.objects.get(pk=run.pk).state == "queued"
    live.start_worker("two", HUB_CHECKPOINT_DIRS=str(elsewhere))
    wait_for(lambda: Run.objects.filter(pk=run.pk, state="done").exists(), "the second node does it")
    found = Run.objects.get(pk=run.pk)
    assert (found.owner, Score.objects.filter(cell__run=run).count()) == ("two/cpu", 3)
    assert not Cell.objects.filter(run=run).exclude(state="done").exists()


@pytest.fixture
def hub():
    files = {file.name: file.read_bytes() for file in SAPLING.iterdir() if file.is_file()}
    made = Hub({"house/sapling": Repository(files, gated=True, token=TOKEN)})
    server = made.start()
    yield made
    server.shutdown()
    server.server_close()


@pytest.mark.site(
    RUNNER_COMMAND=f"{sys.executable} -m evaluation.runner",
    RUN_LEASE_SECONDS="30",
    RUN_SILENCE_SECONDS="120",
    RUN_LOAD_SECONDS="300",
    HUB_ALLOW_DOWNLOADS="1",
    HF_HUB_DISABLE_XET="1",
)
def test_a_gated_repository_is_scored_by_the_node_that_has_a_token_which_nobody_learns(live, work, hub, tmp_path):
    own = {"HF_ENDPOINT": hub.url, "HF_HOME": str(tmp_path / "one"), "HUB_CACHE_DIR": str(tmp_path / "one")}
    assert live.manage("sync_tasks", "--shipped-only", "--node", "one").returncode == 0
    task = Task.objects.get(name="sapling_cloze")
    Node.objects.get(name="two").tasks.add(task)
    sapling = make_checkpoint(make_card("sapling"), path="", repo_id="house/sapling")
    run = make_run(sapling)
    make_cell(sapling, task, run=run, settings={"limit": 8}, num_fewshot=0)
    live.start_worker("one", **own, HF_TOKEN="")
    wait_for(lambda: Lack.objects.filter(node__name="one").exists(), "the first node has no token", 120)
    assert Checkpoint.objects.get(pk=sapling.pk).gated is True
    assert "is gated, and this node has no token of the hub" in Run.objects.get(pk=run.pk).reason
    Node.objects.filter(name="two").update(hub_token=True)
    two = {"HF_HOME": str(tmp_path / "two"), "HUB_CACHE_DIR": str(tmp_path / "two")}
    live.start_worker("two", **{**own, **two}, HF_TOKEN=TOKEN)
    wait_for(lambda: Run.objects.filter(pk=run.pk).exclude(state__in=["queued", "running"]).exists(), "it ends", 300)
    found = Run.objects.get(pk=run.pk)
    assert (found.state, found.owner, found.reason) == ("done", "two/cpu", "")
    assert Score.objects.filter(cell__run=run, metric="acc", n=8).exists()
    assert [entry.repo_id for entry in Ledger(tmp_path / "two" / "weights").entries()] == ["house/sapling"]
    told = [live.directory / "hub.sqlite3", *live.directory.glob("*.log"), *(live.directory / "files").rglob("*.log")]
    assert not [file for file in told if TOKEN.encode() in file.read_bytes()]
    assert os.path.getsize(live.directory / "hub.sqlite3")
