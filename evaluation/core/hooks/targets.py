"""Where a webhook may go: to public addresses over https, and to hosts that an administrator named.

A person of the site chooses the address and the site's own machine asks it, from inside the team's network. So private,
loopback, link-local and metadata addresses are refused by number, after the name was resolved and for every sending
anew, and the connection goes to the very number that was looked at. A name that points elsewhere the second time gains
nothing. A host that was named may be private and may be asked over http; link-local and metadata addresses never are.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from evaluation.core.served.addresses import LONGEST, PORTS, AddressError, Peer, check_number

GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
NAT64 = ipaddress.ip_network("64:ff9b::/96")

Number = ipaddress.IPv4Address | ipaddress.IPv6Address


class TargetError(AddressError):
    """An address that no webhook may go to; the text is a sentence for a person."""


@dataclass(frozen=True)
class Target:
    """The address of a receiver; ``path`` begins with a slash and has the query with it."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def place(self) -> str:
        """Host and port as an address writes them; nothing of the path, which may hold a secret."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.place}{self.path}"


def read_target(text: str, named: Collection[str] = ()) -> Target:
    """``text`` as an address; ``named`` are hosts (``host`` or ``host:port``) that may be private and without TLS.

    Raises TargetError for what is none, for a user or password in it, and for the number of an address that is refused.
    """
    text = text.strip()
    if len(text) > LONGEST or not text.isascii() or any(letter <= " " or letter == "\x7f" for letter in text):
        raise TargetError(f"An address has no spaces, plain letters alone, and at most {LONGEST} characters.")
    target = _parsed(text)
    if target.scheme == "http" and not is_named(target, named):
        raise TargetError("An address begins with https://; without it anybody on the way could read the messages.")
    try:
        number = ipaddress.ip_address(target.host)
    except ValueError:
        return target
    check_allowed(target, number, named)
    return target


def _parsed(text: str) -> Target:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise TargetError("This is no address. Such as https://ci.example.org/hooks would be one.") from None
    if parts.scheme not in PORTS or not parts.hostname:
        raise TargetError("An address begins with https:// and names a host, such as https://ci.example.org/hooks.")
    if parts.username is not None or parts.password is not None:
        raise TargetError("A user or password does not belong into the address; the signature tells who sends.")
    if parts.fragment:
        raise TargetError("An address ends with its path or query, without “#”.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, parts.hostname.rstrip("."), port or PORTS[parts.scheme], path)


def is_named(target: Target, named: Collection[str]) -> bool:
    """Whether an administrator listed the host, with this port or with none."""
    host = f"[{target.host}]" if ":" in target.host else target.host
    wanted = {one.strip().lower() for one in named}
    return not wanted.isdisjoint({target.host, host, f"{host}:{target.port}"})


def peers(target: Target, named: Collection[str] = ()) -> list[Peer]:
    """Where to connect, in the resolver's order. Raises TargetError when one is refused, OSError for no name."""
    found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    ends: list[Peer] = []
    for family, _kind, _protocol, _name, end in found:
        number = str(end[0]).partition("%")[0]
        check_allowed(target, ipaddress.ip_address(number), named)
        ends.append((family, (number, target.port)))
    return ends


def check_allowed(target: Target, number: Number, named: Collection[str] = ()) -> None:
    """Raise TargetError unless messages may go to ``number``, which ``target`` is or stands for."""
    try:
        check_number(str(number))
    except AddressError:
        raise TargetError(
            f"{target.host} is a link-local, metadata or multicast address; no webhook goes there."
        ) from None
    if not is_named(target, named) and not is_public(number):
        raise TargetError(
            f"{target.host} lies in a private network or on this machine. An administrator can allow it by name: "
            f"HUB_HOOK_HOSTS={target.place}"
        )


def is_public(number: Number) -> bool:
    """Whether it is an address of the internet, and so is the one that it wraps, if it wraps one."""
    if isinstance(number, ipaddress.IPv4Address):
        return number.is_global and not number.is_multicast and not number.is_reserved
    if number in NAT64:
        return is_public(ipaddress.IPv4Address(int(number) & 0xFFFFFFFF))
    wrapped = number.sixtofour
    return number in GLOBAL_UNICAST and number.is_global and (wrapped is None or is_public(wrapped))
