"""How a server fails is told in kinds and sentences, the key in none of them."""

import socket
import threading
import time

import pytest

from evaluation.core.served.addresses import Address, read_address
from evaluation.core.served.calls import Server, ServerError, message
from evaluation.core.served.retries import Retries
from tests.openai_server import OpenAIServer, Script, serving

PROMPT = {"model": "sapling", "prompt": "ab", "max_tokens": 1}


def ask(server: OpenAIServer, **how) -> Server:
    return Server(read_address(server.address), **how)


@pytest.mark.parametrize(
    ("status", "kind", "passing"),
    [
        (500, "broken", True),
        (503, "broken", True),
        (429, "busy", True),
        (408, "silent", True),
        (401, "key", False),
        (403, "key", False),
        (404, "missing", False),
        (400, "request", False),
        (302, "request", False),
    ],
)
def test_a_status_says_whether_it_may_pass(status, kind, passing):
    with serving(script=Script()) as server:
        server.script.faults.append((status, {"Location": "http://169.254.169.254/"}))
        with pytest.raises(ServerError, match=str(status)) as refused:
            ask(server).get("/models")
    assert (refused.value.kind, refused.value.passing) == (kind, passing)
    assert len(server.script.asked) == 1  # a redirect is not followed


def test_the_key_is_sent_and_stands_in_no_sentence():
    with serving(script=Script(key="right")) as server:
        assert ask(server, key="right").get("/models").data["data"][0]["id"] == "sapling"
        with pytest.raises(ServerError, match="Wrong key: Bearer …") as refused:
            ask(server, key="s3cret-of-ours").get("/models")
    assert "s3cret" not in str(refused.value)


def test_silence_ends_at_the_time_that_was_given():
    with serving(script=Script()) as server:
        server.script.faults.append((0, {}))
        began = time.monotonic()
        with pytest.raises(ServerError, match="no whole answer within 0 s") as silent:
            ask(server, timeout=0.3).get("/models")
    assert silent.value.kind == "silent"
    assert time.monotonic() - began < 5


def test_an_answer_that_drips_ends_at_the_time_that_was_given():
    listener = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        client, _from = listener.accept()
        client.recv(10_000)
        client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _each in range(100):
            time.sleep(0.05)
            try:
                client.sendall(b"x")
            except OSError:
                return

    threading.Thread(target=drip, daemon=True).start()
    began = time.monotonic()
    with pytest.raises(ServerError) as silent:
        Server(Address("http", "127.0.0.1", listener.getsockname()[1], "/v1"), timeout=0.5).get("/models")
    assert silent.value.kind == "silent"
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nnot: json", "answer"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{}", "broken"),
        (b"+PONG\r\n", "unreachable"),
        (b"", "unreachable"),
    ],
)
def test_what_is_no_answer_is_told(answer, kind):
    listener = socket.create_server(("127.0.0.1", 0))

    def say() -> None:
        while True:
            client, _from = listener.accept()
            client.recv(10_000)
            client.sendall(answer)
            client.close()

    threading.Thread(target=say, daemon=True).start()
    with pytest.raises(ServerError) as error:
        Server(Address("http", "127.0.0.1", listener.getsockname()[1], ""), timeout=5).get("/models")
    assert error.value.kind == kind


def test_a_server_that_is_not_there_is_told():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(ServerError, match="cannot be reached: Connection refused") as gone:
        Server(Address("http", "127.0.0.1", port, "/v1")).get("/models")
    assert gone.value.passing
    with pytest.raises(ServerError, match="no address for the name") as unknown:
        Server(Address("http", "no-such-host.invalid", 80, "/v1")).get("/models")
    assert unknown.value.kind == "unreachable"


def test_an_address_that_is_never_asked_is_refused_at_the_connection():
    """A name may lead elsewhere the second time it is resolved."""
    with pytest.raises(ServerError, match="never asked") as refused:
        Server(Address("http", "169.254.169.254", 80, "/latest")).get("/meta-data")
    assert (refused.value.kind, refused.value.passing) == ("address", False)


def test_connections_are_kept_and_one_that_was_closed_is_no_failure():
    with serving() as server:
        asked = ask(server)
        for _each in range(3):
            asked.get("/models")
        (first,) = asked._open
        first.sock.shutdown(socket.SHUT_RDWR)
        assert asked.post("/completions", PROMPT).data["choices"]
        assert asked._open != {first}


def test_the_words_of_an_error_are_one_short_line():
    assert message(b'{"error": {"message": "too\\nlong\\u0000"}}') == "too long"
    assert message(b'{"detail": "Not Found"}') == "Not Found"
    assert message(b"<html>Bad Gateway</html>") == ""
    assert message(b"plain words") == "plain words"
    assert len(message(b"x" * 10_000)) == 200
    assert message(b'{"error": ' * 100_000) != ""


class Clock:
    """Waits that only note their seconds."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    def retries(self, tries: int, chance: float = 0.0) -> Retries:
        return Retries(tries, wait=self.waits.append, chance=lambda: chance)


def test_pauses_double_and_take_a_part_by_chance():
    with serving() as server:
        server.script.faults.extend([(500, {})] * 3)
        clock = Clock()
        assert clock.retries(5, chance=1.0).call(lambda: ask(server).get("/models")).data
        assert clock.waits == [1, 2, 4]
        server.script.faults.extend([(500, {})] * 3)
        clock = Clock()
        clock.retries(5, chance=0.0).call(lambda: ask(server).get("/models"))
        assert clock.waits == [0.5, 1, 2]
    assert Retries(first=1, last=30, chance=lambda: 1.0).pause(50, None) == 30


def test_a_server_that_says_when_is_asked_then():
    with serving() as server:
        server.script.faults.extend([(429, {"Retry-After": "7"}), (429, {"Retry-After": "86400"}), (503, {})])
        clock = Clock()
        clock.retries(5).call(lambda: ask(server).get("/models"))
    assert clock.waits == [7, 60, 2]


def test_when_tries_are_used_up_the_last_failure_is_told_with_their_number():
    with serving() as server:
        server.script.faults.extend([(429, {})] * 9)
        clock = Clock()
        with pytest.raises(ServerError, match=r"answered 429: A scripted 429\. \(3 tries within 0 s\)") as busy:
            clock.retries(3).call(lambda: ask(server).get("/models"))
        assert busy.value.kind == "busy"
        assert len(server.script.asked) == 3


def test_what_does_not_pass_is_not_tried_again():
    with serving(script=Script(key="right")) as server:
        clock = Clock()
        with pytest.raises(ServerError, match="401"):
            clock.retries(9).call(lambda: ask(server, key="wrong").get("/models"))
        assert (len(server.script.asked), clock.waits) == (1, [])
