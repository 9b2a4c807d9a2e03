"""Two nodes on hosts of their own: nothing is shared but the network, and one of them is cut off in mid-run."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from django.test import Client

from evaluation.models import Cell, Device, Run, SampleSet, Score, Task
from hub.actions import token_create
from hub.models import Scope
from tests.chaos.hosts import Host, Network
from tests.checkpoint_files import write_checkpoint
from tests.factories import make_card, make_checkpoint, make_user
from tests.services import ROOT, PostgresServer, RedisServer, broker, database, free_port, migrate, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.postgresql]

LEASE = 8
TASKS = ["sapling_agreement", "sapling_cloze"]


@pytest.fixture
def network():
    with Network() as made:
        yield made


@pytest.fixture
def hub(network, tmp_path, settings, django_db_blocker):
    """The site on this host: PostgreSQL, Redis and the web process, reached by address alone."""
    postgres = PostgresServer(network.address)
    redis = RedisServer(network.address)
    folder = tmp_path / "hub"
    folder.mkdir()
    url = postgres.create("hub")
    migrate(url, folder)
    port = free_port()
    environment = {
        "DATABASE_URL": url,
        "REDIS_URL": redis.url,
        "SECRET_KEY": "for tests alone",
        "RUN_LEASE_SECONDS": str(LEASE),
        "RUN_HEARTBEAT_SECONDS": "1",
        "RUNNER_COMMAND": f"{sys.executable} -m tests.fake_runner",
        "FAKE_DOCUMENTS": "60",
        "FAKE_PACE": "0.1",
        "HUB_URL": f"http://{network.address}:{port}",
    }
    settings.HUB_DATA_DIR, settings.MEDIA_ROOT = folder, folder / "files"
    web = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "gunicorn",
            "hub.wsgi:application",
            "--bind",
            f"{network.address}:{port}",
            "--threads",
            "4",
        ],
        cwd=ROOT,
        env={**os.environ, **environment, "HUB_DATA_DIR": str(folder), "ALLOWED_HOSTS": network.address, "HUB_URL": ""},
        start_new_session=True,
    )
    with database(url, django_db_blocker), broker(redis.url):
        yield environment
    web.terminate()
    web.wait()
    redis.kill()
    postgres.stop()


class NodeHost:
    """A host with an empty data directory, a copy of the checkpoint, and a token."""

    def __init__(self, network: Network, name: str, folder: Path, hidden: list[Path], hub: dict[str, str]) -> None:
        self.name, self.folder = name, folder
        self.data = folder / "data"
        self.data.mkdir(parents=True)
        write_checkpoint(folder / "checkpoints" / "oak")
        user = make_user()
        token = token_create(who=user, user=user, name=name, scope=Scope.NODE, days=1)[1]
        self.environment = {
            **hub,
            "HUB_DATA_DIR": str(self.data),
            "HUB_CHECKPOINT_DIRS": str(folder / "checkpoints"),
            "HUB_NODE_TOKEN": token,
        }
        self.host: Host = network.host(name, hidden)

    def start(self) -> None:
        """``manage.py node`` there."""
        command = [sys.executable, "manage.py", "node", "--name", self.name, "--no-tasks"]
        self.host.start(self.environment, self.folder / "log", *command)

    def log(self) -> str:
        return (self.folder / "log").read_text()[-5000:]

    def runners(self) -> list[psutil.Process]:
        found = []
        for process in psutil.process_iter():
            try:
                if "--events-fd" in process.cmdline() and process.environ().get("ARBORETUM_NODE") == self.name:
                    found.append(process)
            except psutil.Error:
                continue
        return found


def test_a_node_that_is_cut_off_loses_its_run_and_every_sample_is_read_at_the_site(network, hub, tmp_path, settings):
    from evaluation.actions import evaluation_submit
    from evaluation.core.request import EvaluationRequest

    site, one, two = tmp_path / "hub", tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
    nodes = [
        NodeHost(network, "one", one, [site, two], hub),
        NodeHost(network, "two", two, [site, one], hub),
    ]
    marker = site / "files" / "marker"
    marker.parent.mkdir(exist_ok=True)
    marker.touch()
    assert not any(node.host.sees(marker) for node in nodes)
    assert not nodes[0].host.sees(two / "checkpoints")

    settings.HUB_CHECKPOINT_DIRS = [one / "checkpoints"]
    tasks = [
        Task.objects.create(name=name, kind="task", output_type="multiple_choice", metrics=["acc"]) for name in TASKS
    ]
    make_checkpoint(make_card("oak"), path="oak")
    for node in nodes:
        node.start()
    wait_for(lambda: Device.objects.live().count() == 2, "both nodes are there", 90)
    for device in Device.objects.select_related("node"):
        device.node.tasks.add(*tasks)

    user = make_user("far-away")
    shots = [0, 1, 2]
    request = EvaluationRequest.from_json({"models": ["oak"], "tasks": TASKS, "num_fewshot": shots})
    evaluation = evaluation_submit(user=user, request=request).evaluation
    wait_for(lambda: Cell.objects.filter(documents_done__gt=0).exists(), "a cell is under way", 60)
    first = next(node for node in nodes if Run.objects.filter(owner=f"{node.name}/cpu").exists())
    other = next(node for node in nodes if node is not first)
    assert first.runners()
    first.host.cut_off()
    wait_for(lambda: Run.objects.filter(owner=f"{other.name}/cpu").exists(), "the other node has the run", LEASE + 60)
    wait_for(lambda: not first.runners(), "the runner that is cut off ends by itself", LEASE + 15)
    first.host.back()
    wait_for(lambda: all(cell.state == "done" for cell in evaluation.cells.all()), "all cells are done", 120)

    assert Score.objects.count() == evaluation.cells.count() == len(TASKS) * len(shots)
    client = Client()
    for stored in SampleSet.objects.select_related("cell", "prompts"):
        assert (site / "files" / stored.file).is_file(), nodes[0].log() + nodes[1].log()
        answer = client.get(f"/cells/{stored.cell_id}/samples.jsonl")
        content = answer.getvalue()
        assert len(content.splitlines()) == 60
        assert json.loads(content.splitlines()[0])
    for node in nodes:
        assert not list(node.data.glob("files/**/*.parquet")), "nothing stays on a node"
    assert "Traceback" not in other.log()
