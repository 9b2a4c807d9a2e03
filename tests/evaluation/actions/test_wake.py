"""Wake-ups with and without a Redis."""

import time

import pytest

from evaluation.actions.wake import MOST, wake
from tests.services import broker, free_port


def test_without_redis_nobody_is_woken_and_it_says_so_quickly():
    with broker(f"redis://127.0.0.1:{free_port()}/0"):
        began = time.monotonic()
        assert wake(3) is False
        assert time.monotonic() - began < 8


@pytest.mark.slow
def test_wake_ups_name_no_run_and_survive_a_redis_that_was_away(redis_server):
    import redis

    with broker(redis_server.url):
        assert wake(2)
        client = redis.Redis(port=redis_server.port)
        assert client.llen("evaluation") == 2
        assert wake(1000)
        assert client.llen("evaluation") == 2 + MOST
        redis_server.kill()
        assert not wake()
        redis_server.start()
        assert wake()
        assert client.llen("evaluation") == 1


@pytest.mark.slow
def test_a_redis_that_takes_no_writes_counts_as_one_that_is_away(redis_server):
    import redis

    with broker(redis_server.url):
        assert wake()
        redis.Redis(port=redis_server.port).config_set("maxmemory", "1")
        assert not wake()
