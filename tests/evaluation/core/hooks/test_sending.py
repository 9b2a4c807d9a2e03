"""One message on its way, to a real server of this test's own."""

import contextlib
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from evaluation.core.hooks.sending import SendError, send
from evaluation.core.hooks.targets import Target, read_target

HERE = ["127.0.0.1"]


class Server(ThreadingHTTPServer):
    """Keeps what it got: path, headers and body of each request."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Receiver)
        self.got = []


class Receiver(BaseHTTPRequestHandler):
    """Answers the status that its path names; ``/drip`` sends a header a moment, for ever."""

    server: Server

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, dict(self.headers), body))
        if self.path == "/drip":
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            with contextlib.suppress(OSError):
                while True:
                    self.wfile.write(b"X-More: 1\r\n")
                    time.sleep(0.05)
            return
        self.send_response(int(self.path[1:4]))
        self.send_header("Location", "/200")
        self.send_header("Retry-After", "7")
        self.end_headers()

    def log_message(self, *_words):
        pass


@pytest.fixture
def receiver():
    server = Server()
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def address(receiver: Server, path: str) -> Target:
    return read_target(f"http://127.0.0.1:{receiver.server_port}{path}", HERE)


def test_a_message_arrives_as_it_was_sent(receiver):
    reply = send(address(receiver, "/204?a=b"), b'{"a": 1}', {"webhook-id": "msg_1"}, named=HERE)
    path, headers, body = receiver.got[0]
    assert (reply.status, path, body) == (204, "/204?a=b", b'{"a": 1}')
    assert headers["webhook-id"] == "msg_1"
    assert headers["Content-Type"] == "application/json"
    assert headers["Host"] == f"127.0.0.1:{receiver.server_port}"


def test_a_redirect_is_told_and_not_followed(receiver):
    assert send(address(receiver, "/302"), b"{}", {}, named=HERE).status == 302
    assert len(receiver.got) == 1


def test_a_wish_for_a_pause_is_heard(receiver):
    assert send(address(receiver, "/429"), b"{}", {}, named=HERE).pause == 7


def test_nothing_is_sent_to_this_machine_unless_it_is_named(receiver):
    target = Target("http", "127.0.0.1", receiver.server_port, "/200")
    with pytest.raises(SendError, match="private network or on this machine") as refused:
        send(target, b"{}", {})
    assert refused.value.final
    assert receiver.got == []


def test_a_name_is_looked_up_once_and_the_number_that_was_checked_is_asked(receiver, monkeypatch):
    asked = []

    def rebinding(host, port, **_rest):
        asked.append(host)
        number = "93.184.215.14" if len(asked) > 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, port))]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    target = Target("http", "ci.internal", receiver.server_port, "/200")
    assert send(target, b"{}", {}, named=["ci.internal"]).status == 200
    assert asked == ["ci.internal"]


def test_an_answer_that_drips_is_given_up_in_time(receiver):
    began = time.monotonic()
    with pytest.raises(SendError, match="no answer within") as refused:
        send(address(receiver, "/drip"), b"{}", {}, named=HERE, seconds=0.4)
    assert time.monotonic() - began < 3
    assert not refused.value.final


def test_a_server_that_is_silent_under_tls_is_given_up_in_time():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        target = read_target(f"https://127.0.0.1:{silent.getsockname()[1]}/", HERE)
        with pytest.raises(SendError, match="no answer within"):
            send(target, b"{}", {}, named=HERE, seconds=0.3)


def test_plain_http_where_tls_was_expected_is_told(receiver):
    target = Target("https", "127.0.0.1", receiver.server_port, "/200")
    with pytest.raises(SendError, match="cannot be reached"):
        send(target, b"{}", {}, named=HERE, seconds=3)
    assert receiver.got == []


def test_a_closed_port_and_an_unknown_name_are_told_apart(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(SendError, match="cannot be reached: Connection refused"):
        send(Target("http", "127.0.0.1", port, "/"), b"{}", {}, named=HERE)

    def unknown(*_arguments, **_rest):
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(SendError, match=r"No address is known for the name no-such\.example\.org"):
        send(read_target("https://no-such.example.org/"), b"{}", {})
