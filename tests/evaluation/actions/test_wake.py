"""Wake-ups with and without a Redis."""

import sys
import time
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from evaluation.actions.wake import MOST, queues_for, queues_of, send, wake
from evaluation.models import Node, Run
from tests.factories import make_checkpoint, make_device, make_endpoint, make_run
from tests.services import broker, free_port

pytestmark = pytest.mark.django_db
# The package gives the function under the same name.
module = sys.modules["evaluation.actions.wake"]
GIB = 2**30


def chosen(count: int) -> list[str]:
    """The queues for the newest runs."""
    newest = Run.objects.order_by("-pk")[:count]
    return queues_for([(run.memory_need, run.checkpoint_id) for run in newest])


def test_without_redis_nobody_is_woken_and_it_says_so_quickly():
    with broker(f"redis://127.0.0.1:{free_port()}/0"):
        began = time.monotonic()
        assert wake(3) is False
        assert time.monotonic() - began < 8


def test_a_database_that_goes_away_after_the_commit_costs_the_choice_of_the_queue_and_nothing_else(monkeypatch):
    woken: list[str] = []

    def send(queues) -> bool:
        woken.extend(queues)
        return True

    monkeypatch.setattr(module, "send", send)
    monkeypatch.setattr(module, "Fleet", away)
    assert wake(3) is True
    assert woken == ["evaluation"]


def test_a_processor_is_woken_for_a_served_model_and_an_accelerator_for_weights_of_unknown_size():
    make_device(name="cuda:0", memory=24 * GIB)
    make_device(memory=64 * GIB)
    served = make_run(make_endpoint().checkpoint)
    assert chosen(1) == ["evaluation.cpu.64g"]
    served.delete()
    make_run(make_checkpoint(path="", repo_id="oak/acorn"))
    assert chosen(1) == ["evaluation.cuda.24g"]


def away():
    raise OperationalError("server closed the connection unexpectedly")


@pytest.mark.slow
def test_wake_ups_name_no_run_and_survive_a_redis_that_was_away(redis_server):
    import redis

    with broker(redis_server.url):
        assert wake(2)
        client = redis.Redis(port=redis_server.port)
        assert client.llen("evaluation") == 1
        for _ in range(MOST + 3):
            make_device()
            make_run()
        assert wake(1000)
        assert client.llen("evaluation.cpu.8g") == MOST
        redis_server.kill()
        assert not wake()
        redis_server.start()
        assert wake()
        assert client.llen("evaluation.cpu.8g") == 1


@pytest.mark.slow
def test_a_redis_that_takes_no_writes_counts_as_one_that_is_away(redis_server):
    import redis

    with broker(redis_server.url):
        assert wake()
        redis.Redis(port=redis_server.port).config_set("maxmemory", "1")
        assert not wake()


def queue(need: float = 1, **fields):
    return make_run(memory_need=int(need * GIB), **fields)


def card(gib: float, node: str = "", **fields):
    return make_device(Node.objects.create(name=node or f"gpu-{gib}"), "cuda:0", memory=int(gib * GIB), **fields)


def test_a_worker_listens_to_its_kind_and_tier_to_itself_and_to_what_all_share():
    device = card(23.6, "big")
    assert queues_of(device) == ["evaluation", "evaluation.cuda.24g", "evaluation.on.big/cuda:0"]


def test_the_wake_up_goes_to_the_smallest_free_tier_that_fits():
    card(80)
    card(23.6)
    queue(30)
    assert chosen(1) == ["evaluation.cuda.80g"]
    queue(10)
    assert chosen(1) == ["evaluation.cuda.24g"]
    assert chosen(2) == ["evaluation.cuda.24g", "evaluation.cuda.80g"]


def test_the_device_that_holds_the_checkpoint_is_woken_itself():
    checkpoint = make_checkpoint()
    card(24)
    card(80, holds=checkpoint)
    queue(10, checkpoint=checkpoint)
    assert chosen(1) == ["evaluation.on.gpu-80/cuda:0"]


def test_nobody_is_woken_who_works_drains_or_is_silent():
    card(24, run=make_run(state="running"))
    card(48, draining=True)
    card(32, seen_at=timezone.now() - timedelta(hours=1))
    queue(10)
    assert chosen(1) == ["evaluation"]


def test_all_free_devices_of_the_site_hear_of_a_run_that_none_of_them_holds_alone():
    node = Node.objects.create(name="pair")
    for name in ("cuda:0", "cuda:1"):
        make_device(node, name, memory=24 * GIB)
    queue(40)
    assert chosen(1) == ["evaluation.on.pair/cuda:0", "evaluation.on.pair/cuda:1"]


@pytest.mark.slow
def test_each_queue_gets_its_own_message(redis_server):
    import redis

    with broker(redis_server.url):
        assert send(["evaluation.cuda.24g", "evaluation.on.n/cuda:0"])
        client = redis.Redis(port=redis_server.port)
        assert [client.llen(f"evaluation.{name}") for name in ("cuda.24g", "on.n/cuda:0")] == [1, 1]
