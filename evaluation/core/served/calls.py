"""Asks a server: JSON out, JSON back, over connections that are kept; how it fails is told in kinds and sentences."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Literal

from evaluation.core.served.addresses import Address, AddressError, peers

LARGEST_ANSWER = 64 * 2**20
PIECE = 2**16
SAID = 200
LONGEST_PAUSE = 60.0

Kind = Literal["busy", "broken", "silent", "unreachable", "key", "missing", "request", "answer", "address"]
PASSING: frozenset[Kind] = frozenset({"busy", "broken", "silent", "unreachable"})
"""Kinds that may be over in a moment, so that asking again is worth it."""


class ServerError(Exception):
    """How a server failed. ``pause``: seconds after which it wants to be asked again, where it says so."""

    def __init__(self, kind: Kind, text: str, pause: float | None = None) -> None:
        super().__init__(text)
        self.kind: Kind = kind
        self.pause = pause

    @property
    def passing(self) -> bool:
        """Whether it may be over in a moment."""
        return self.kind in PASSING


@dataclass(frozen=True)
class Answer:
    """What a server said with status 200."""

    data: Any
    headers: dict[str, str]


class Server:
    """Asks one address. Safe for threads: each keeps a connection of its own.

    ``key`` goes into the Authorization header and is taken out of every sentence. ``timeout`` is for a whole call,
    however slowly its answer drips. Redirects are not followed: they could lead where nobody looked.
    """

    def __init__(self, address: Address, *, key: str = "", timeout: float = 120.0) -> None:
        self.address = address
        self.timeout = timeout
        self._key = key
        self._of_thread = threading.local()
        self._open: set[http.client.HTTPConnection] = set()
        self._lock = threading.Lock()

    def get(self, path: str) -> Answer:
        """GET ``path`` below the address; one that begins with ``//`` is taken from the server's root."""
        return self._ask("GET", path, None)

    def post(self, path: str, body: Any) -> Answer:
        """POST ``body`` as JSON. Raises ServerError."""
        return self._ask("POST", path, json.dumps(body, ensure_ascii=False, allow_nan=False).encode())

    def close(self) -> None:
        """Cut every connection, also those that other threads wait on."""
        with self._lock:
            connections, self._open = self._open, set()
        for connection in connections:
            with contextlib.suppress(OSError):
                if connection.sock is not None:
                    connection.sock.shutdown(socket.SHUT_RDWR)
            connection.close()

    def _ask(self, method: str, path: str, body: bytes | None) -> Answer:
        deadline = time.monotonic() + self.timeout
        with self._said():
            kept = self._kept()
            try:
                return self._once(kept or self._connect(deadline), method, path, body, deadline)
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                if kept is None:
                    raise
            # A connection that was kept may have been closed since; that is no failure of the server.
            return self._once(self._connect(deadline), method, path, body, deadline)

    def _once(
        self, connection: http.client.HTTPConnection, method: str, path: str, body: bytes | None, deadline: float
    ) -> Answer:
        whole = False
        try:
            _wait_until(connection, deadline)
            connection.request(method, self._path(path), body, self._headers(body))
            answer = connection.getresponse()
            data = _read(connection, answer, deadline)
            whole = not answer.will_close
        finally:
            if not whole:
                self._drop(connection)
        headers = {name.lower(): value for name, value in answer.getheaders()}
        if answer.status != 200:
            raise _refused(answer.status, data, headers)
        try:
            return Answer(json.loads(data), headers)
        except (ValueError, RecursionError):
            raise ServerError("answer", f"answered {method} {path} with something that is not JSON") from None

    def _path(self, path: str) -> str:
        return path[1:] if path.startswith("//") else f"{self.address.path}{path}"

    def _headers(self, body: bytes | None) -> dict[str, str]:
        headers = {"Accept": "application/json", "User-Agent": "arboretum"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        return headers

    def _kept(self) -> http.client.HTTPConnection | None:
        connection: http.client.HTTPConnection | None = getattr(self._of_thread, "connection", None)
        return connection if connection is not None and connection.sock is not None else None

    def _connect(self, deadline: float) -> http.client.HTTPConnection:
        connection = _Checked(self.address, max(deadline - time.monotonic(), 0.01))
        connection.connect()
        self._of_thread.connection = connection
        with self._lock:
            self._open.add(connection)
        return connection

    def _drop(self, connection: http.client.HTTPConnection) -> None:
        connection.close()
        self._of_thread.connection = None
        with self._lock:
            self._open.discard(connection)

    @contextlib.contextmanager
    def _said(self) -> Iterator[None]:
        """Every failure as a ServerError, the key in none of them."""
        try:
            yield
        except ServerError as error:
            raise ServerError(error.kind, self._without_key(str(error)), error.pause) from None
        except AddressError as error:
            raise ServerError("address", str(error)) from None
        except TimeoutError:
            raise ServerError("silent", f"gave no whole answer within {self.timeout:.0f} s") from None
        except ssl.SSLCertVerificationError as error:
            raise ServerError("address", f"has a certificate that is not trusted: {error.verify_message}") from None
        except socket.gaierror:
            raise ServerError("unreachable", f"is not known: no address for the name {self.address.host}") from None
        except (OSError, http.client.HTTPException) as error:
            said = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
            raise ServerError("unreachable", f"cannot be reached: {self._without_key(said)}") from None

    def _without_key(self, text: str) -> str:
        return text.replace(self._key, "…") if self._key else text


class _Checked(http.client.HTTPConnection):
    """A connection to a number that was looked at, over TLS where the address says so."""

    def __init__(self, address: Address, timeout: float) -> None:
        super().__init__(address.host, address.port, timeout=timeout)
        self._address = address

    def connect(self) -> None:
        """Connect to the first of the host's numbers that answers. Raises AddressError, OSError."""
        problem: OSError | None = None
        for family, end in peers(self._address):
            plain = socket.socket(family, socket.SOCK_STREAM)
            plain.settimeout(self.timeout)
            try:
                plain.connect(end)
                plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.sock = self._wrapped(plain)
            except OSError as error:
                plain.close()
                problem = error
            else:
                return
        raise problem or OSError("no address")

    def _wrapped(self, plain: socket.socket) -> socket.socket:
        if self._address.scheme == "http":
            return plain
        return ssl.create_default_context().wrap_socket(plain, server_hostname=self._address.host)


def _wait_until(connection: http.client.HTTPConnection, deadline: float) -> None:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    if connection.sock is not None:
        connection.sock.settimeout(left)


def _read(connection: http.client.HTTPConnection, answer: http.client.HTTPResponse, deadline: float) -> bytes:
    """The body, in pieces, so that neither a slow nor an endless one holds up for ever."""
    pieces, size = [], 0
    while True:
        _wait_until(connection, deadline)
        piece = answer.read1(PIECE)
        if not piece:
            break
        pieces.append(piece)
        size += len(piece)
        if size > LARGEST_ANSWER:
            raise ServerError("answer", f"answered with more than {LARGEST_ANSWER // 2**20} MiB")
    if answer.length:
        raise ServerError("broken", "broke off in the middle of its answer")
    answer.close()  # read1 leaves it open, and a connection takes no next request before
    return b"".join(pieces)


def _refused(status: int, body: bytes, headers: dict[str, str]) -> ServerError:
    kind: Kind
    if status in (401, 403):
        kind = "key"
    elif status == 429:
        kind = "busy"
    elif status in (404, 405, 501):
        kind = "missing"
    elif status == 408:
        kind = "silent"
    elif status >= 500:
        kind = "broken"
    else:
        kind = "request"
    said = "points to another address; register that one" if 300 <= status < 400 else message(body)
    return ServerError(kind, f"answered {status}{f': {said}' if said else ''}", _pause(headers.get("retry-after", "")))


def message(body: bytes) -> str:
    """The words of an error's body: OpenAI's ``error.message``, FastAPI's ``detail``, else its first line."""
    text = body[:4096].decode("utf-8", errors="replace")
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        data = None
    if isinstance(data, dict):
        inner = data.get("error")
        found = inner.get("message") if isinstance(inner, dict) else inner
        text = next((one for one in (found, data.get("message"), data.get("detail")) if isinstance(one, str)), "")
    elif text.lstrip().startswith("<"):
        text = ""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= SAID else f"{line[: SAID - 1]}…"


def _pause(text: str) -> float | None:
    """Seconds of a Retry-After header, be it a number or a date; at most a minute."""
    try:
        seconds = float(text) if text.replace(".", "", 1).isdigit() else _until(text)
    except (TypeError, ValueError, OverflowError):
        return None
    return min(max(seconds, 0.0), LONGEST_PAUSE)


def _until(date: str) -> float:
    return parsedate_to_datetime(date).timestamp() - time.time()
