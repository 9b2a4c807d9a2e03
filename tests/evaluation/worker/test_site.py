"""Files on their way to the site over a network that fails."""

import contextlib
import hashlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from evaluation.core.protocol import FileRef
from evaluation.models import PromptSet, SampleSet
from evaluation.worker import site
from evaluation.worker.files import FileDamaged, store, store_text
from evaluation.worker.host import why_no_files
from evaluation.worker.site import SiteFiles, SiteRefused, SiteUnreachable
from hub.actions import token_create
from hub.models import Scope
from tests.factories import make_cell, make_run, make_task, make_user

pytestmark = pytest.mark.django_db(transaction=True)

CONTENT = bytes(range(256)) * 4000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Cable:
    """A way to the site that is cut after some bytes, as often as ``cuts`` says."""

    def __init__(self, port: int) -> None:
        self.target = port
        self.cuts: list[int] = []
        self.connections = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listening.close()

    def _serve(self) -> None:
        while True:
            try:
                near, _address = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            try:
                far = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                near.close()
                continue
            most = self.cuts.pop(0) if self.cuts else 1 << 40
            threading.Thread(target=self._pass_on, args=(near, far, most), daemon=True).start()
            threading.Thread(target=self._pass_on, args=(far, near, 1 << 40), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, most: int) -> None:
        with contextlib.suppress(OSError):
            while most > 0 and (block := source.recv(min(most, 1 << 16))):
                target.sendall(block)
                most -= len(block)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def cable(live_server, settings, tmp_path) -> Iterator[Cable]:
    settings.HUB_DATA_DIR = tmp_path
    made = Cable(live_server.thread.port)
    yield made
    made.close()


@pytest.fixture
def token() -> str:
    user = make_user()
    return token_create(who=user, user=user, name="node", scope=Scope.NODE, days=1)[1]


@pytest.fixture
def source(tmp_path) -> Path:
    file = tmp_path / "out" / "7.parquet"
    file.parent.mkdir()
    file.write_bytes(CONTENT)
    return file


@pytest.fixture
def name() -> str:
    return f"samples/{make_run(state='running').pk}-1/7.parquet"


def arrived(name: str) -> bool:
    with default_storage.open(name) as stored:
        return bool(stored.read() == CONTENT)


def test_a_file_arrives_in_parts(cable, token, source, name, monkeypatch):
    monkeypatch.setattr(site, "PART_BYTES", 300_000)
    assert SiteFiles(cable.url, token).send(source, name, SHA256) == name
    assert arrived(name)
    assert cable.connections == 5, "one question and four parts"


def test_a_file_goes_on_where_the_network_was_cut(cable, token, source, name, monkeypatch):
    monkeypatch.setattr(site, "FIRST_PAUSE_SECONDS", 0.01)
    cable.cuts = [1 << 40, 400_000, 100, 1 << 40, 300_000]
    assert SiteFiles(cable.url, token).send(source, name, SHA256) == name
    assert arrived(name)


def test_a_file_that_was_damaged_on_the_way_is_sent_again(cable, token, source, name, monkeypatch):
    monkeypatch.setattr(site, "FIRST_PAUSE_SECONDS", 0.01)
    files = SiteFiles(cable.url, token)
    plain, damaged = files._ask, []

    def flip(method, query, body=None):
        if body and not damaged:
            damaged.append(True)
            body = b"X" + body[1:]
        return plain(method, query, body)

    monkeypatch.setattr(files, "_ask", flip)
    assert files.send(source, name, SHA256) == name
    assert arrived(name)


def test_a_site_that_is_away_is_waited_for(cable, token, source, name, monkeypatch):
    monkeypatch.setattr(site, "FIRST_PAUSE_SECONDS", 0.01)
    target, cable.target = cable.target, 1
    threading.Timer(1.0, lambda: setattr(cable, "target", target)).start()
    assert SiteFiles(cable.url, token).send(source, name, SHA256) == name
    assert arrived(name)


def test_a_worker_that_ends_does_not_wait_for_a_site_that_is_away(source, token, name):
    began = time.monotonic()
    with pytest.raises(SiteUnreachable, match="cannot be reached"):
        SiteFiles("http://127.0.0.1:1", token, lambda: True).send(source, name, SHA256)
    assert time.monotonic() - began < 5


def test_what_the_site_does_not_want_is_not_sent_again(cable, source, name):
    with pytest.raises(SiteRefused, match="not known"):
        SiteFiles(cable.url, "made-up").send(source, name, SHA256)
    assert cable.connections == 1


def test_a_site_whose_files_are_elsewhere_gets_samples_and_logs_over_http(cable, token, source, name, settings):
    settings.HUB_URL, settings.HUB_NODE_TOKEN = cable.url, token
    ref = FileRef("7.parquet", SHA256, 5, "key")
    stored = store(ref, source.parent, name)
    assert (stored.file, stored.sha256, stored.rows, stored.key) == (name, SHA256, 5, "key")
    log = f"logs/{name.split('/')[1]}.log"
    assert store_text("what it printed", log) == log
    with default_storage.open(log) as kept:
        assert kept.read() == b"what it printed"
    assert cable.connections == 4


def test_a_file_that_does_not_arrive_counts_as_damaged(source, token, name, settings):
    settings.HUB_URL, settings.HUB_NODE_TOKEN = "http://127.0.0.1:1", token
    with pytest.raises(FileDamaged, match="cannot be reached"):
        store(FileRef("7.parquet", SHA256, 5), source.parent, name, lambda: True)


def test_a_node_says_at_its_start_when_its_files_would_not_arrive(cable, token, settings):
    settings.HUB_URL, settings.HUB_NODE_TOKEN = cable.url, token
    assert why_no_files() == ""
    settings.HUB_NODE_TOKEN = "made-up"
    assert "HUB_NODE_TOKEN" in why_no_files()
    settings.HUB_URL = "http://127.0.0.1:1"
    assert "cannot be reached" in why_no_files()


def test_a_node_with_another_data_directory_is_told_to_send_its_files():
    assert why_no_files() == ""
    run, task = make_run(), make_task()
    prompts = PromptSet.objects.create(key="k", task=task, num_fewshot=0, file="prompts/aa/aa.parquet", rows=1)
    cell = make_cell(run.checkpoint, task, run=run)
    SampleSet.objects.create(cell=cell, prompts=prompts, file="samples/1-1/1.parquet", rows=1)
    assert "HUB_URL" in why_no_files()
