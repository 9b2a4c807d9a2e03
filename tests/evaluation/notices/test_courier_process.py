"""The courier as it runs: a real process, a real Redis, a real receiver, and what kills them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from evaluation.core.hooks.signing import verify
from evaluation.models import Cell, Delivery, Evaluation
from evaluation.notices.secrets import secret_of
from tests.factories import make_cell, make_evaluation, make_user, make_webhook
from tests.services import ROOT, database, wait_for

pytestmark = pytest.mark.slow
SECRET_KEY = "for this test alone"


class Receiver(ThreadingHTTPServer):
    """Keeps what it got, and answers ``status``."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.status = 204
        self.got: list[tuple[dict[str, str], bytes]] = []
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        pass


@pytest.fixture
def receiver():
    server = Receiver()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def opened(tmp_path, migrated, django_db_blocker, settings):
    """The database of a site of its own."""
    url = f"sqlite:///{shutil.copy(migrated, tmp_path)}"
    settings.SECRET_KEY = SECRET_KEY
    with database(url, django_db_blocker):
        yield url


@pytest.fixture
def courier(opened, tmp_path, redis_server, receiver):
    """Starts couriers; all are ended with the test."""
    environment = {
        **os.environ,
        "DATABASE_URL": opened,
        "HUB_DATA_DIR": str(tmp_path),
        "REDIS_URL": redis_server.url,
        "SECRET_KEY": SECRET_KEY,
        "HUB_HOOK_HOSTS": f"127.0.0.1:{receiver.server_port}",
    }
    started = []

    def start() -> subprocess.Popen[bytes]:
        log = (tmp_path / f"courier-{len(started)}.log").open("wb")
        command = [sys.executable, "manage.py", "courier"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def over(receiver: Receiver, note: str = "") -> tuple[Evaluation, Delivery]:
    """An evaluation whose last cell ends now, once the courier has made a message of it."""
    person = make_user()
    make_webhook(person, address=f"http://127.0.0.1:{receiver.server_port}/hook")
    evaluation = make_evaluation([make_cell(state="running")], person, note=note)
    Cell.objects.update(state="done")
    return evaluation, wait_for(lambda: Delivery.objects.filter(evaluation=evaluation).first(), "a message is written")


def state_of(delivery: Delivery) -> str:
    delivery.refresh_from_db()
    return delivery.state


def test_an_evaluation_that_ends_is_told_once_and_a_courier_ends_when_asked(courier, receiver):
    process = courier()
    _evaluation, message = over(receiver)
    wait_for(lambda: state_of(message) == "sent", "the message is sent")
    headers, body = receiver.got[0]
    verify(secret_of(message.webhook), headers, body, time.time())
    time.sleep(4)  # more than one round
    assert len(receiver.got) == 1
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 0


def test_a_message_outlives_redis_and_its_courier(courier, receiver, redis_server):
    first = courier()
    receiver.status = 503
    _evaluation, message = over(receiver)
    wait_for(lambda: receiver.got, "it was tried")
    wait_for(lambda: Delivery.objects.get().status == 503, "the try is noted")
    first.kill()
    first.wait()
    redis_server.kill()
    receiver.status = 200
    courier()
    wait_for(lambda: state_of(message) == "sent", "another courier sends it, without Redis")
    names = {headers["webhook-id"] for headers, _body in receiver.got}
    assert (len(receiver.got), names, message.tries) == (2, {message.message}, 2)


def test_two_couriers_send_nothing_twice(courier, receiver):
    courier()
    courier()
    messages = [over(receiver, note=str(number))[1] for number in range(6)]
    wait_for(lambda: all(state_of(message) == "sent" for message in messages), "all are sent")
    assert sorted(headers["webhook-id"] for headers, _body in receiver.got) == sorted(m.message for m in messages)
