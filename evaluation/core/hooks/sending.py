"""Sends one message: an HTTP POST to a number that was looked at, within a time, and only the status comes back.

The answer's text is neither read nor kept: it would show the sender's network to whoever chose the address. Redirects
are not followed, for the same reason.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from evaluation.core.hooks.targets import Target, TargetError, peers
from evaluation.core.served.addresses import Peer

SECONDS = 10.0
LONGEST_PAUSE = 3600.0


@dataclass(frozen=True)
class Reply:
    """What a receiver answered; ``pause``: seconds after which it wants to be asked again, where it says so."""

    status: int
    seconds: float
    pause: float | None = None


class SendError(Exception):
    """Why no answer came, in words that name neither path nor query. ``final``: asking again would not help."""

    def __init__(self, text: str, *, final: bool = False) -> None:
        super().__init__(text)
        self.final = final


def send(
    target: Target,
    body: bytes,
    headers: Mapping[str, str],
    *,
    named: Collection[str] = (),
    seconds: float = SECONDS,
) -> Reply:
    """POST ``body``, JSON, with ``headers`` beside the usual ones. Raises SendError; any status is a Reply."""
    began = time.monotonic()
    with _told(target, seconds):
        plain = _connect(peers(target, named), began + seconds)
        with contextlib.closing(_secured(plain, target)) as wire, _cut_at(wire, began + seconds):
            if isinstance(wire, ssl.SSLSocket):
                wire.do_handshake()
            connection = http.client.HTTPConnection(target.host, target.port)
            connection.sock = wire
            connection.request("POST", target.path, body, {**_usual(target), **headers})
            answer = connection.getresponse()
            return Reply(answer.status, time.monotonic() - began, _pause(answer.headers.get("Retry-After", "")))


def _usual(target: Target) -> dict[str, str]:
    return {
        "Host": target.place,
        "Content-Type": "application/json",
        "User-Agent": "Arboretum-Webhooks",
        "Connection": "close",
    }


def _connect(ends: list[Peer], deadline: float) -> socket.socket:
    """A connection to the first of the numbers that answers."""
    problem: OSError = OSError("no address")
    for family, end in ends:
        plain = socket.socket(family, socket.SOCK_STREAM)
        try:
            plain.settimeout(max(deadline - time.monotonic(), 0.01))
            plain.connect(end)
        except OSError as error:
            plain.close()
            problem = error
        else:
            return plain
    raise problem


def _secured(plain: socket.socket, target: Target) -> socket.socket:
    """The same connection, under TLS where the address says so; the handshake comes later, within the time."""
    if target.scheme == "http":
        return plain
    try:
        context = ssl.create_default_context()
        return context.wrap_socket(plain, server_hostname=target.host, do_handshake_on_connect=False)
    except BaseException:
        plain.close()
        raise


@contextlib.contextmanager
def _cut_at(wire: socket.socket, deadline: float) -> Iterator[None]:
    """Cuts the connection at ``deadline``, wherever it hangs: a receiver that drips its answer holds nobody up."""
    cut = threading.Event()

    def end() -> None:
        cut.set()
        with contextlib.suppress(OSError):
            socket.socket.shutdown(wire, socket.SHUT_RDWR)  # that of TLS would first take its state apart

    timer = threading.Timer(max(deadline - time.monotonic(), 0.01), end)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, http.client.HTTPException):
        if cut.is_set():
            raise TimeoutError from None
        raise
    finally:
        timer.cancel()
    if cut.is_set():  # headers that end early look like headers that are whole
        raise TimeoutError


@contextlib.contextmanager
def _told(target: Target, seconds: float) -> Iterator[None]:
    """Every failure as a SendError."""
    try:
        yield
    except TargetError as error:
        raise SendError(str(error), final=True) from None
    except TimeoutError:
        raise SendError(f"{target.place} gave no answer within {seconds:.0f} s.") from None
    except ssl.SSLCertVerificationError as error:
        why = error.verify_message
        raise SendError(f"{target.place} has a certificate that is not trusted: {why}.") from None
    except socket.gaierror:
        raise SendError(f"No address is known for the name {target.host}.") from None
    except UnicodeError:
        raise SendError(f"{target.host} is no name of a host.", final=True) from None
    except (OSError, http.client.HTTPException) as error:
        said = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
        raise SendError(f"{target.place} cannot be reached: {said}.") from None


def _pause(text: str) -> float | None:
    """Seconds of a Retry-After header, an hour at most; a date there is not heeded."""
    return min(float(text), LONGEST_PAUSE) if text.isascii() and text.isdigit() and len(text) < 10 else None
